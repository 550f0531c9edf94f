import { classify, loadParser } from "@custody/capture/postgres/texts";
import type { Classify } from "@custody/policy";

/**
 * What the statements of a text do, by the classifier that the data path asks. No database is asked, so what triggers,
 * views and foreign keys do behind them is not known.
 */
export async function openClassifier(): Promise<Classify> {
  await loadParser();
  return (text, database) => classify(text, { database });
}
