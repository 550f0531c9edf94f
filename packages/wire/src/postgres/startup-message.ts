import { WireError } from "../error.ts";
import { BodyReader } from "./body-reader.ts";
import { encodeByte, encodeCString, encodeUint16, encodeUntyped } from "./message-parts.ts";

/**
 * One setting of a StartupMessage: `user`, `database`, `options`, `replication`, `_pq_.…`, or any run-time setting.
 */
export type StartupParameter = { readonly name: string; readonly value: string };

/**
 * Opens a session. `parameters` keeps order and repetitions, because the server takes the last of a repeated name and
 * because `options` and free settings can change what every later statement means.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-STARTUPMESSAGE
 */
export type StartupMessage = {
  readonly type: "startup-message";
  /** 0 or 2 in practice; a server answers a higher one with NegotiateProtocolVersion. */
  readonly minorVersion: number;
  readonly parameters: readonly StartupParameter[];
};

/** The protocol this package speaks is version 3, whatever its minor version. */
const majorVersion = 3;

/** Decodes the body of StartupMessage: a version, pairs of Strings, and the empty name that ends them. */
export function decodeStartupMessage(body: Buffer): StartupMessage {
  const reader = new BodyReader(body, "StartupMessage");
  const major = reader.uint16();
  const minorVersion = reader.uint16();
  if (major !== majorVersion) {
    throw new WireError("STARTUP_UNSUPPORTED", `Protocol ${major}.${minorVersion} is not spoken.`, {
      offset: 0,
    });
  }
  const parameters: StartupParameter[] = [];
  for (let name = reader.text(); name !== ""; name = reader.text()) {
    parameters.push({ name, value: reader.text() });
  }
  reader.finish();
  return { type: "startup-message", minorVersion, parameters };
}

export function encodeStartupMessage(message: StartupMessage): Buffer {
  const pairs = message.parameters.flatMap(({ name, value }) => [encodeCString(name), encodeCString(value)]);
  return encodeUntyped([
    encodeUint16(majorVersion),
    encodeUint16(message.minorVersion),
    ...pairs,
    encodeByte(0),
  ]);
}

/** The value the server will use for a name: the last one given. */
export function startupParameter(message: StartupMessage, name: string): string | undefined {
  return message.parameters.findLast((parameter) => parameter.name === name)?.value;
}
