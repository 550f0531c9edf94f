import type { Duration, Effect, Parameter, Statement } from "@custody/domain";
import { canonicalJson } from "@custody/ledger";
import { memberText, numberText, wordMember } from "./member-text.ts";

/**
 * What is new in each record is written out by name here, in canonical order: looking the names up takes several
 * times as long. A member that somebody adds to the type makes the parameter `never`, so that none can be forgotten.
 */
type Whole<Value, Written extends keyof Value> = [Exclude<keyof Value, Written>] extends [never]
  ? Value
  : never;

type WholeEffect = Whole<
  Effect,
  "bulk" | "byTable" | "bytes" | "code" | "error" | "granularity" | "rows" | "source" | "status" | "tag"
>;
type WholeRows = Whole<Effect["rows"], "affected" | "matched" | "returned">;
type WholeDuration = Whole<Duration, "heldUs" | "totalUs" | "upstreamUs">;

type WholeStatement = Whole<
  Statement,
  "bytes" | "digest" | "fingerprint" | "parameters" | "protocol" | "text"
>;
type WholeParameter = Whole<Parameter, "hex" | "index" | "null" | "type" | "value">;

const protocolMember = wordMember("protocol");
const typeMember = wordMember("type");
const sourceMember = wordMember("source");
const statusMember = wordMember("status");

/** The same as `canonicalJson`. */
export function encodeEffect(effect: WholeEffect): string {
  const { bulk, bytes, byTable, code, error, granularity, rows, source, status, tag } = effect;
  let begin = bulk === undefined ? "{" : `{"bulk":${canonicalJson(bulk)},`;
  if (byTable !== undefined) begin += `"byTable":${canonicalJson(byTable)},`;
  return (
    `${begin}"bytes":${numberText(bytes)}${memberText("code", code)}${memberText("error", error)}` +
    `${memberText("granularity", granularity)},"rows":${encodeRows(rows)}` +
    `${sourceMember(source)}${statusMember(status)}${memberText("tag", tag)}}`
  );
}

function encodeRows({ affected, matched, returned }: WholeRows): string {
  let text = "";
  if (affected !== undefined) text = `,"affected":${numberText(affected)}`;
  if (matched !== undefined) text += `,"matched":${numberText(matched)}`;
  if (returned !== undefined) text += `,"returned":${numberText(returned)}`;
  return `{${text.slice(1)}}`;
}

/** Likewise. */
export function encodeDuration({ heldUs, totalUs, upstreamUs }: WholeDuration): string {
  return `{"heldUs":${numberText(heldUs)},"totalUs":${numberText(totalUs)},"upstreamUs":${numberText(upstreamUs)}}`;
}

/** Likewise. */
export function encodeStatement(statement: WholeStatement): string {
  const { bytes, digest, fingerprint, parameters, protocol, text } = statement;
  const begin = bytes === undefined ? "{" : `{"bytes":${canonicalJson(bytes)},`;
  const bound = parameters === undefined ? "" : `,"parameters":[${parameters.map(encodeParameter).join()}]`;
  return (
    `${begin}"digest":${canonicalJson(digest)}${memberText("fingerprint", fingerprint)}${bound}` +
    `${protocolMember(protocol)}${memberText("text", text)}}`
  );
}

function encodeParameter({ hex, index, null: isNull, type, value }: WholeParameter): string {
  const begin = hex === undefined ? "{" : `{"hex":${canonicalJson(hex)},`;
  return `${begin}"index":${numberText(index)}${memberText("null", isNull)}${typeMember(type)}${memberText("value", value)}}`;
}
