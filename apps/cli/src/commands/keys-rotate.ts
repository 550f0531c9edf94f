import { withDesk } from "../retention/with-desk.ts";
import type { CommandContext } from "./context.ts";

/** Wraps every data key under a new master key; copies of the old key ring are useless without the old one. */
export async function keysRotate(context: CommandContext): Promise<number> {
  const { isJson, output } = context;
  const { generation } = await withDesk(context, (desk) => desk.rotate());
  if (isJson) output.json({ generation });
  else output.line(`every key is wrapped under the master key of generation ${generation}`);
  output.hint(
    "custody: copies of the old master key open old copies of the key ring still: destroy them, and export the new one",
  );
  return 0;
}
