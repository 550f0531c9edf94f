import { BodyReader } from "./body-reader.ts";
import { encodeCString } from "./message-parts.ts";

/** What Close and Describe point at: statements and portals have separate names. */
export type NamedTarget = { readonly target: "statement" | "portal"; readonly name: string };

const statementByte = 0x53; // S
const portalByte = 0x50; // P

export function decodeNamedTarget(body: Buffer, message: string): NamedTarget {
  const reader = new BodyReader(body, message);
  const kind = reader.byte();
  if (kind !== statementByte && kind !== portalByte)
    reader.fail("points at neither a statement nor a portal");
  const name = reader.text();
  reader.finish();
  return { target: kind === statementByte ? "statement" : "portal", name };
}

export function encodeNamedTarget(target: NamedTarget): Buffer[] {
  const kind = target.target === "statement" ? statementByte : portalByte;
  return [Buffer.of(kind), encodeCString(target.name)];
}
