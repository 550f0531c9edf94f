import { compilePolicy, type Policy } from "../policy.ts";

/**
 * The policy of a `policy.loaded` record, compiled from its `details`; undefined when they are not what this version can
 * read. What another version wrote may mean something else to this one: then its digest is another than the recorded one.
 */
export function compileRecorded(details: Readonly<Record<string, unknown>>): Policy | undefined {
  const { builtin, origin, presets, presetTexts, standing, text } = details;
  if (
    typeof text !== "string" ||
    typeof builtin !== "string" ||
    !Array.isArray(presets) ||
    !Array.isArray(presetTexts) ||
    !Array.isArray(standing)
  )
    return undefined;
  const texts = Object.fromEntries(presets.map((name, at) => [String(name), String(presetTexts[at])]));
  const [production = "", staging = "", development = ""] = standing.map(String);
  try {
    return compilePolicy(text, String(origin), {
      builtin,
      presets: texts,
      standing: { production, staging, development },
    });
  } catch {
    return undefined;
  }
}
