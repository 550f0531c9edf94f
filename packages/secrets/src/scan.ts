import { AnchorAutomaton } from "./anchors/anchor-automaton.ts";
import { assignments } from "./detectors/assignment.ts";
import { authorization } from "./detectors/authorization.ts";
import type { Detector } from "./detectors/detector.ts";
import { KEY_LENGTH_MAX, privateKey } from "./detectors/private-key.ts";
import { providerTokens } from "./detectors/provider-tokens.ts";
import { urlPassword } from "./detectors/url-password.ts";
import type { FoundSecret } from "./found-secret.ts";
import { isInMark } from "./mark.ts";
import { withoutEscapes } from "./terminal/without-escapes.ts";

/** What a text has, and where what could still become a secret begins: its length when there is nothing such. */
export interface Scan<T extends FoundSecret = FoundSecret> {
  readonly found: readonly T[];
  readonly openFrom: number;
}

const detectors: readonly Detector[] = [
  ...providerTokens,
  privateKey,
  urlPassword,
  authorization,
  ...assignments,
];
const byAnchor = detectors.flatMap((detector) => detector.anchors.map((anchor) => ({ anchor, detector })));
const automaton = new AnchorAutomaton(
  byAnchor.map(({ anchor }) => anchor),
  { isFolded: true },
);

/** Looks for the forms that secrets have. What was found is not sorted, and may overlap. */
export function scanForms(text: string): Scan {
  const found: FoundSecret[] = [];
  const foundUntil = new Map<Detector, number>();
  let openFrom = text.length;
  automaton.scan(text, (index, at) => {
    const { detector } = byAnchor[index] as { detector: Detector };
    // What a detector has found it does not look through again, or a text of nothing but anchors would take for ever.
    if (at < (foundUntil.get(detector) ?? 0) || isInMark(text, at)) return;
    const secret = detector.find(text, at);
    if (secret !== undefined) {
      found.push(secret);
      foundUntil.set(detector, secret.end);
    }
    // Whatever begins later is held back with it.
    if (at < openFrom && text.length - at <= KEY_LENGTH_MAX) {
      openFrom = Math.min(openFrom, detector.openFrom(text, at) ?? openFrom);
    }
  });
  return { found, openFrom };
}

/** Looks through a text as it is, and as a terminal shows it. */
export function scanShown<T extends FoundSecret>(text: string, look: (text: string) => Scan<T>): Scan<T> {
  const asIs = look(text);
  const shown = withoutEscapes(text);
  if (shown === undefined) return asIs;
  const { found, openFrom } = look(shown.plain);
  const moved = found.map((each) => ({
    ...each,
    start: shown.at(each.start),
    end: shown.at(each.end - 1) + 1,
  }));
  const openAt = openFrom === shown.plain.length ? text.length : shown.at(openFrom);
  return { found: [...asIs.found, ...moved], openFrom: Math.min(asIs.openFrom, openAt) };
}
