import { escapedJson } from "@custody/messages";
import type { Format } from "../format.ts";
import { ecsDocument } from "./document.ts";

/** Documents by the Elastic Common Schema, https://www.elastic.co/guide/en/ecs/current/. */
export const ecs: Format = {
  extension: "ecs.jsonl",
  header: "",
  line: (entry) => `${escapedJson(ecsDocument(entry))}\n`,
  name: "ecs",
};
