import { escapedJson } from "@custody/messages";
import type { Format } from "../format.ts";
import { ocsfEvent } from "./event.ts";

/** Events of the Open Cybersecurity Schema Framework, https://schema.ocsf.io. */
export const ocsf: Format = {
  extension: "ocsf.jsonl",
  header: "",
  line: (entry) => `${escapedJson(ocsfEvent(entry))}\n`,
  name: "ocsf",
};
