/**
 * Canonical JSON by RFC 8785 (https://www.rfc-editor.org/rfc/rfc8785): one value, one text, so that a digest of the text
 * is a digest of the value. Members are sorted by their names' UTF-16 code units, there is no white space, and strings
 * and numbers are written as ECMAScript writes them.
 *
 * What JSON cannot carry is an error here and never quietly something else: a Date, a Map or a Buffer would become
 * `{}` or a surprise, and the loss would be signed and kept forever.
 */
import { LedgerError } from "../error.ts";
import { memberOrder } from "./member-order.ts";

/** A deeper value is a cycle or an attack on the stack. */
const DEPTH_MAX = 256;

/**
 * Texts of frozen values. Records share large parts (the actor, the target, a policy's decision), and whoever freezes
 * those has them encoded once.
 */
const texts = new WeakMap<object, string>();

/** Whether something that may still change was met, in which case no text around it may be kept. */
let metMutable = false;

/**
 * Encodes `value`. Members that are `undefined` are left out, as JSON does; anything else that JSON has no form for is
 * a `CANONICAL_UNSUPPORTED` error.
 *
 * A value that is frozen all the way down is encoded once and remembered, so its getters, if any, are not read again.
 */
export function canonicalJson(value: unknown): string {
  return encode(value, 0);
}

function encode(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      return encodeString(value);
    case "number":
      return encodeNumber(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      return value === null ? "null" : encodeContainer(value, depth);
    default:
      return refuse(`a value of type ${typeof value}`);
  }
}

function encodeContainer(value: object, depth: number): string {
  if (!Object.isFrozen(value)) {
    const text = encodeMembers(value, depth);
    metMutable = true;
    return text;
  }
  const known = texts.get(value);
  if (known !== undefined) return known;

  // Freezing is shallow. The text is kept only if nothing below can change either.
  const metMutableBefore = metMutable;
  metMutable = false;
  const text = encodeMembers(value, depth);
  if (!metMutable) texts.set(value, text);
  metMutable ||= metMutableBefore;
  return text;
}

function encodeMembers(value: object, depth: number): string {
  if (depth === DEPTH_MAX) return refuse(`a value nested more than ${DEPTH_MAX} deep`);
  return Array.isArray(value) ? encodeArray(value, depth) : encodeObject(value, depth);
}

function encodeArray(array: readonly unknown[], depth: number): string {
  let text = "[";
  for (let i = 0; i < array.length; i++) {
    if (i > 0) text += ",";
    text += encode(array[i], depth + 1);
  }
  return `${text}]`;
}

function encodeObject(object: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null)
    return refuse("an object with a class of its own");
  const members = object as Readonly<Record<string, unknown>>;
  const { names, labels } = memberOrder(Object.keys(object), encodeString);
  let text = "";
  for (let i = 0; i < names.length; i++) {
    const member = members[names[i]!];
    if (member === undefined) continue;
    text += (text === "" ? "{" : ",") + labels[i]! + encode(member, depth + 1);
  }
  return text === "" ? "{}" : `${text}}`;
}

function encodeNumber(value: number): string {
  // ECMAScript writes -0 as 0, and so does the RFC.
  return Number.isFinite(value) ? String(value) : refuse(`the number ${value}`);
}

/** Printable ASCII without the quote and the backslash: nearly every string, and its text is itself. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** With the `u` flag this matches a surrogate only if it stands alone. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function encodeString(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`;
  if (LONE_SURROGATE.test(value)) return refuse("a string that is not Unicode (a lone surrogate)");
  return JSON.stringify(value);
}

function refuse(what: string): never {
  throw new LedgerError("CANONICAL_UNSUPPORTED", `${what} has no canonical JSON form`);
}
