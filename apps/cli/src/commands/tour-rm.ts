import { escapeText } from "@custody/messages";
import { removeTour } from "../tour/remove-tour.ts";
import { tourFolder } from "../tour/tour-folder.ts";
import type { CommandContext } from "./context.ts";

/** Removes the tour of this folder. When there is none, what was asked for is the case already. */
export async function tourRm({ environment, isJson, output }: CommandContext): Promise<number> {
  const folder = tourFolder(environment.workingDirectory);
  const isRemoved = await removeTour(folder);
  if (isJson) output.json({ removed: isRemoved, path: folder.path });
  else
    output.line(
      isRemoved
        ? `removed ${escapeText(folder.path)}`
        : `there is no tour in ${escapeText(environment.workingDirectory)}`,
    );
  return 0;
}
