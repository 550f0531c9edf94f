import { type FoundSecret, joinFound } from "./found-secret.ts";
import { scanForms, scanShown } from "./scan.ts";

/**
 * The credentials in a text, sorted and without overlaps. The time is linear in the text's length, whatever it says;
 * text without credentials is passed over at some hundred million characters a second.
 *
 * A secret that has no form of its own and stands where nothing names it is not found: say which values are secret to
 * a {@link Redactor}.
 */
export function findSecrets(text: string): readonly FoundSecret[] {
  return joinFound(scanShown(text, scanForms).found);
}
