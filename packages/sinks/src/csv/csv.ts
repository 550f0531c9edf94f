import { stringify } from "csv-stringify/sync";
import type { Format } from "../format.ts";
import { cell } from "./cell.ts";
import { columns } from "./columns.ts";

const readers = Object.values(columns);

/** For spreadsheets and for people: RFC 4180 in UTF-8, one row a record, with a header. */
export const csv: Format = {
  extension: "csv",
  header: row(Object.keys(columns)),
  line: (entry) => row(readers.map((read) => cell(read(entry)))),
  name: "csv",
};

function row(cells: readonly string[]): string {
  return stringify([cells], { record_delimiter: "\r\n" });
}
