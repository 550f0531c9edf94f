import {
  compilePolicy,
  DEFAULT_POLICY_TEXT,
  LIBRARY,
  type Policy,
  PolicyError,
  type PolicyLibrary,
} from "@custody/policy";
import { GatewayError } from "./error.ts";

/** Rules that are ready to decide, and the texts to put on record, so that a decision can be traced to its rule. */
export interface GatewayPolicy {
  /** The built-in rules, which stand behind those of the text. */
  readonly builtin: string;
  readonly compiled: Policy;
  /** SHA-256, in hex, of the text and of what stands behind it; every decision carries it. */
  readonly digest: string;
  readonly origin: string;
  /** The presets that stand behind the text, by their names. */
  readonly presets: Readonly<Record<string, string>>;
  /** Which preset stands behind a text that names none, by environment. */
  readonly standing: PolicyLibrary["standing"];
  readonly text: string;
}

/**
 * Compiles the rules; without any, those hold that stand behind every policy. With the `library` of another time, they decide
 * as they did then.
 *
 * @throws GatewayError POLICY_INVALID, with the line
 */
export function loadPolicy(
  given?: { readonly text: string; readonly origin: string },
  library: PolicyLibrary = LIBRARY,
): GatewayPolicy {
  const { text, origin } = given ?? { origin: "built-in", text: DEFAULT_POLICY_TEXT };
  try {
    const compiled = compilePolicy(text, origin, library);
    return {
      builtin: library.builtin,
      compiled,
      digest: compiled.digest,
      origin,
      presets: Object.fromEntries(compiled.presets.map((name) => [name, library.presets[name] ?? ""])),
      standing: library.standing,
      text,
    };
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw new GatewayError("POLICY_INVALID", `${cause.message} — correct the rule, see docs/policy.md`, {
      cause,
    });
  }
}
