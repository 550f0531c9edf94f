/**
 * The page of an evidence folder: one file, opened from disk, that checks what is in it and asks nobody. It shows text
 * only, and calls nothing proved that it has not checked itself.
 */
import "./evidence.css";
import { pageText } from "@custody/messages";
import { type CheckedEvidence, checkEvidence } from "./check-evidence.ts";
import { head } from "./head.ts";
import { keySection } from "./key-section.ts";
import { type PageData, readData } from "./read-data.ts";
import { recordList } from "./record-list.ts";
import { banner, findings, notes, verdict } from "./verdict.ts";

const main = document.querySelector("main") as HTMLElement;
const status = document.createElement("div");
status.setAttribute("role", "status");
const rest = document.createElement("div");
/** Only the last check that was asked for is shown. */
let checks = 0;

const data = readData();
if (data === undefined) {
  main.append(status);
  status.append(banner("bad", pageText("evidence.unreadable")));
} else {
  main.append(head(data), status, rest);
  void show(data, data.verifier, false);
}

async function show(shown: PageData, key: string, isGiven: boolean): Promise<void> {
  checks += 1;
  const check = checks;
  const count = shown.lines.length / 2;
  const progress = (done: number) => {
    if (check === checks)
      status.replaceChildren(banner("checking", pageText("evidence.checking", { count, done })));
  };
  progress(0);
  const checked = await checkEvidence(shown, key, progress);
  if (check !== checks) return;
  status.replaceChildren(verdict(checked, shown, isGiven));
  const keyPart = keySection(key, isGiven, (given) => void show(shown, given, true));
  rest.replaceChildren(...(checked === undefined ? [keyPart] : parts(checked, shown, keyPart)));
}

function parts(checked: CheckedEvidence, shown: PageData, keyPart: HTMLElement): HTMLElement[] {
  const records = checked.records.filter((record) => record !== undefined);
  const list = recordList(records, checked.report.ok);
  return [findings(checked), keyPart, notes(checked, shown), list].filter((part) => part !== undefined);
}
