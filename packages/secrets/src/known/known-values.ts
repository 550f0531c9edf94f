import { AnchorAutomaton } from "../anchors/anchor-automaton.ts";
import type { FoundSecret } from "../found-secret.ts";
import { asKind, isInMark } from "../mark.ts";
import type { Scan } from "../scan.ts";
import { formsOf, KNOWN_LENGTH_MIN } from "./forms.ts";

export interface FoundKnown extends FoundSecret {
  /** The value as it was given, whatever form it was found in. */
  readonly value: string;
}

interface KnownForm {
  readonly form: string;
  readonly kind: string;
  readonly value: string;
}

/** The beginning of a value that is shown while more of it may come: no more than this. */
const SHOWN_MAX = 2;

/** Values that are known to be secret, looked for in every form in which they may be written. */
export class KnownValues {
  readonly #values = new Set<string>();
  readonly #forms = new Map<string, KnownForm>();
  #looking: { readonly automaton: AnchorAutomaton; readonly forms: readonly KnownForm[] } | undefined;

  /** A value of less than eight characters is not looked for. The name of a value that is known already stays. */
  add(name: string, value: string): void {
    if (value.trim().length < KNOWN_LENGTH_MIN) return;
    // Whoever tells of it with each request does not have everything built anew.
    if (this.#values.has(value)) return;
    this.#values.add(value);
    for (const form of formsOf(value)) {
      if (!this.#forms.has(form)) this.#forms.set(form, { form, kind: asKind(name), value });
    }
    this.#looking = undefined;
  }

  scan(text: string): Scan<FoundKnown> {
    const found: FoundKnown[] = [];
    let openFrom = text.length;
    if (this.#forms.size === 0) return { found, openFrom };
    const { automaton, forms } = this.#automaton();
    const depth = automaton.scan(text, (index, at) => {
      const { form, kind, value } = forms[index] as KnownForm;
      if (text.startsWith(form, at)) {
        if (!isInMark(text, at)) found.push({ start: at, end: at + form.length, kind, value });
      } else if (at + form.length > text.length && form.startsWith(text.slice(at))) {
        openFrom = Math.min(openFrom, at);
      }
    });
    return { found, openFrom: depth > SHOWN_MAX ? Math.min(openFrom, text.length - depth) : openFrom };
  }

  /** Only the beginnings are in the automaton, which would be large otherwise. */
  #automaton(): { readonly automaton: AnchorAutomaton; readonly forms: readonly KnownForm[] } {
    if (this.#looking === undefined) {
      const forms = [...this.#forms.values()];
      const words = forms.map(({ form }) => form.slice(0, KNOWN_LENGTH_MIN));
      this.#looking = { automaton: new AnchorAutomaton(words, { isFolded: false }), forms };
    }
    return this.#looking;
  }
}
