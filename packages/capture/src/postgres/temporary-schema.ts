/** Each session has a temporary schema of its own, with a number that tells nobody anything. */
export function withoutSessionNumber(schema: string): string {
  return schema.replace(/^pg_temp_\d+$/, "pg_temp");
}
