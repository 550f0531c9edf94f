import { KeysError } from "@custody/keys";
import { LedgerError } from "@custody/ledger";
import { type ExportedKey, HttpProblem } from "@custody/server";
import { z } from "zod";
import { type ExportParts, exportKey } from "./export-key.ts";
import { noteKeyCopy } from "./key-copy.ts";

const schema = z.strictObject({
  recipients: z
    .tuple([z.string()], z.string())
    .refine(({ length }) => length <= 20, "there are at most 20 recipients"),
});

/** Makes a recovery copy for whoever asks the running server for one. @throws HttpProblem */
export async function answerExport(body: unknown, parts: ExportParts): Promise<ExportedKey> {
  const request = schema.safeParse(body);
  if (!request.success) {
    const [issue] = request.error.issues;
    throw new HttpProblem("request-invalid", `${issue?.path.join(".") || "the request"}: ${issue?.message}`);
  }
  try {
    const exported = await exportKey(parts, request.data.recipients, "server");
    noteKeyCopy(parts.ledger.directory, { generation: exported.generation, time: exported.made });
    return exported;
  } catch (error) {
    if (error instanceof KeysError) throw new HttpProblem("request-invalid", error.message);
    if (error instanceof LedgerError) throw new HttpProblem("ledger-unavailable", error.message);
    throw error;
  }
}
