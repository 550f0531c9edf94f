import type { ObjectType } from "libpg-query";

const special: { readonly [Type in ObjectType]?: string } = {
  OBJECT_DEFACL: "DEFAULT PRIVILEGES",
  OBJECT_DOMCONSTRAINT: "DOMAIN",
  OBJECT_FDW: "FOREIGN DATA WRAPPER",
  OBJECT_FOREIGN_SERVER: "SERVER",
  OBJECT_LARGEOBJECT: "LARGE OBJECT",
  OBJECT_MATVIEW: "MATERIALIZED VIEW",
  OBJECT_OPCLASS: "OPERATOR CLASS",
  OBJECT_OPFAMILY: "OPERATOR FAMILY",
  OBJECT_PARAMETER_ACL: "PARAMETER",
  OBJECT_STATISTIC_EXT: "STATISTICS",
  OBJECT_TABCONSTRAINT: "TABLE",
  OBJECT_COLUMN: "TABLE",
  OBJECT_ATTRIBUTE: "TYPE",
  OBJECT_TSCONFIGURATION: "TEXT SEARCH CONFIGURATION",
  OBJECT_TSDICTIONARY: "TEXT SEARCH DICTIONARY",
  OBJECT_TSPARSER: "TEXT SEARCH PARSER",
  OBJECT_TSTEMPLATE: "TEXT SEARCH TEMPLATE",
};

/** The words that SQL uses for a kind of object, as in `DROP MATERIALIZED VIEW`. */
export function wordsOf(type: ObjectType | undefined): string {
  if (type === undefined) return "OBJECT";
  return special[type] ?? type.slice("OBJECT_".length).replaceAll("_", " ");
}

/** Kinds whose removal removes rows, or columns of rows, even without CASCADE. */
export const holdsData: ReadonlySet<ObjectType> = new Set<ObjectType>([
  "OBJECT_DOMAIN",
  "OBJECT_EXTENSION",
  "OBJECT_FOREIGN_TABLE",
  "OBJECT_LARGEOBJECT",
  "OBJECT_MATVIEW",
  "OBJECT_SCHEMA",
  "OBJECT_SEQUENCE",
  "OBJECT_TABLE",
  "OBJECT_TYPE",
]);

/** Kinds that belong to the server, or reach out of it: whoever makes or drops them administers it. */
export const belongsToServer: ReadonlySet<ObjectType> = new Set<ObjectType>([
  "OBJECT_ACCESS_METHOD",
  "OBJECT_DATABASE",
  "OBJECT_EVENT_TRIGGER",
  "OBJECT_EXTENSION",
  "OBJECT_FDW",
  "OBJECT_FOREIGN_SERVER",
  "OBJECT_LANGUAGE",
  "OBJECT_PUBLICATION",
  "OBJECT_ROLE",
  "OBJECT_SUBSCRIPTION",
  "OBJECT_TABLESPACE",
  "OBJECT_USER_MAPPING",
]);

/** Kinds that live on a table or a domain: their written name ends in their own, behind that of the other. */
export const livesOnAnother: ReadonlySet<ObjectType> = new Set<ObjectType>([
  "OBJECT_COLUMN",
  "OBJECT_DOMCONSTRAINT",
  "OBJECT_POLICY",
  "OBJECT_RULE",
  "OBJECT_TABCONSTRAINT",
  "OBJECT_TRIGGER",
]);
