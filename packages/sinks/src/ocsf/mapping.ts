/** Attributes under the schema's own names; the tests hold them against the published schema. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Activity {
  readonly id: number;
  readonly name: string;
}

/** What a record is in the schema's terms, with the attributes that only its class has. */
export interface Mapping {
  readonly uid: number;
  readonly name: string;
  readonly category: number;
  readonly activity: Activity;
  readonly fields: Fields;
}
