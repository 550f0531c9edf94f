import { alertEn } from "./alert-en.ts";
import { budgetsEn } from "./budgets-en.ts";
import { evidenceEn } from "./evidence-en.ts";
import { freezeEn } from "./freeze-en.ts";
import { holdsEn } from "./holds-en.ts";
import { keysEn } from "./keys-en.ts";
import { pageEn } from "./page-en.ts";
import { peopleEn } from "./people-en.ts";
import { policyEn } from "./policy-en.ts";
import type { Language, MessageParameters } from "./render.ts";
import { sessionsEn } from "./sessions-en.ts";

type English = typeof alertEn &
  typeof budgetsEn &
  typeof evidenceEn &
  typeof freezeEn &
  typeof holdsEn &
  typeof keysEn &
  typeof pageEn &
  typeof peopleEn &
  typeof policyEn &
  typeof sessionsEn;

/** Every text of the page. */
export type PageKey = keyof English;

/** Texts that differ by a number: `feed.new` stands for `feed.new.one` and `feed.new.other`. */
export type PluralKey = BaseOf<PageKey>;

type BaseOf<Key> = Key extends `${infer Base}.other` ? (`${Base}.one` extends PageKey ? Base : never) : never;

/** A language has at least English's plural forms; one with more (`few`, `many`) has keys of its own for them. */
const catalogues: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {
    ...alertEn,
    ...budgetsEn,
    ...evidenceEn,
    ...freezeEn,
    ...holdsEn,
    ...keysEn,
    ...pageEn,
    ...peopleEn,
    ...policyEn,
    ...sessionsEn,
  },
};

/** A text of the page in the reader's language. A parameter from a record must have been escaped by the caller. */
export function pageText(key: PageKey, params: MessageParameters = {}, language: Language = "en"): string {
  return filled(catalogues[language][key] ?? key, params);
}

/** The text whose plural form fits `count`, which it shows in the reader's digits as `{count}`. */
export function pagePlural(
  base: PluralKey,
  count: number,
  params: MessageParameters = {},
  language: Language = "en",
): string {
  const form = new Intl.PluralRules(language).select(count);
  const texts = catalogues[language];
  const text = texts[`${base}.${form}`] ?? texts[`${base}.other`] ?? base;
  return filled(text, { ...params, count: new Intl.NumberFormat(language).format(count) });
}

/** Whether there is such a text: for words of records, which a newer version may have more of. */
export function isPageKey(key: string): key is PageKey {
  return Object.hasOwn(catalogues.en, key);
}

function filled(text: string, params: MessageParameters): string {
  return text.replace(/\{([a-z]+)\}/gi, (placeholder, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : placeholder,
  );
}
