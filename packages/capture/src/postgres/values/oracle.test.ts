import fc from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sharedPostgres } from "../../../../../test/postgres/shared.ts";
import { decodeParameter } from "./decode-parameter.ts";

// The server itself encodes each value in binary, and prints it: our decoding of the one must be the other.
let client: Client;

beforeAll(async () => {
  client = new Client({ connectionString: sharedPostgres().url() });
  await client.connect();
  await client.query("SET DateStyle = 'ISO'; SET TimeZone = 'UTC'; SET IntervalStyle = 'postgres'");
});
afterAll(() => client.end());

const raw = { getTypeParser: () => (value: unknown) => value };

interface Forms {
  readonly oid: number;
  readonly bytes: Buffer;
  readonly text: string;
}

/** What the type's own output and send functions make of a value; undefined for a text that is none. */
async function bothForms(type: string, value: string): Promise<Forms | undefined> {
  const send = type.endsWith("[]") ? "array_send" : await sendFunction(type);
  const text = `SELECT v, encode(${send}(v), 'hex') FROM (SELECT $1::${type} AS v) AS one`;
  try {
    const { fields, rows } = await client.query({ text, values: [value], rowMode: "array", types: raw });
    const oid = fields[0]?.dataTypeID ?? 0;
    return { oid, bytes: Buffer.from(String(rows[0]?.[1]), "hex"), text: String(rows[0]?.[0]) };
  } catch {
    return undefined;
  }
}

async function sendFunction(type: string): Promise<string> {
  const { rows } = await client.query({
    text: "SELECT typsend::regproc::text FROM pg_type WHERE oid = $1::text::regtype",
    values: [type],
    rowMode: "array",
  });
  return String(rows[0]?.[0]);
}

async function check(type: string, value: string): Promise<boolean> {
  const forms = await bothForms(type, value);
  if (forms === undefined) return false;
  const decoded = decodeParameter(1, forms.oid, 1, forms.bytes, "UTF8");
  expect({ type, value, decoded: decoded.value ?? decoded }).toEqual({ type, value, decoded: forms.text });
  return true;
}

const integer = (bits: bigint) =>
  fc.bigInt({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n }).map(String);
const printable = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\u0000", ""));
const seconds = fc
  .double({ min: 0, max: 59.9999999, noNaN: true })
  .map((second) => second.toFixed(6).padStart(9, "0"));
const day = fc.integer({ min: -2_451_545, max: 106_751_983 });
const timeText = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), seconds)
  .map((parts) => parts.join(":"));
const float = fc.oneof(
  fc.double().map(String),
  fc.bigInt({ min: -(10n ** 23n), max: 10n ** 23n }).map(String),
  fc.float({ noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
);
const bits = fc.array(fc.constantFrom("0", "1"), { maxLength: 70 }).map((list) => list.join(""));
const hextet = fc.oneof(
  fc.constant("0"),
  fc.integer({ min: 0, max: 0xffff }).map((word) => word.toString(16)),
);

const samples: Record<string, fc.Arbitrary<string>> = {
  bool: fc.constantFrom("t", "f"),
  int2: integer(16n),
  int4: integer(32n),
  int8: integer(64n),
  oid: fc.nat().map(String),
  // Numbers that lie exactly between two shorter decimals, or are such a middle, are where printing goes wrong.
  float4: fc.oneof(
    float,
    fc.integer({ min: 2 ** 22, max: 2 ** 26 }).map((number) => String(number / 4)),
  ),
  float8: fc.oneof(
    float,
    fc.tuple(fc.maxSafeNat(), fc.integer({ min: -60, max: 60 })).map(([m, e]) => String(m * 2 ** e)),
  ),
  text: printable,
  varchar: printable,
  bpchar: printable,
  name: fc.string({ maxLength: 20 }).map((text) => text.replaceAll("\u0000", "")),
  '"char"': fc.constantFrom("a", "", " ", "\\200", "\\377", "é"),
  json: fc.json(),
  jsonb: fc.json(),
  xml: fc.constantFrom("<a>é</a>", "text", "<a/><b/>"),
  bytea: fc.uint8Array().map((bytes) => `\\x${Buffer.from(bytes).toString("hex")}`),
  uuid: fc.uuid(),
  date: fc.oneof(
    day.map((days) => `J${days + 2_451_545}`),
    fc.constantFrom("infinity", "-infinity", "4714-11-24 BC", "5874897-12-31", "0001-12-31 BC"),
  ),
  time: fc.oneof(timeText, fc.constantFrom("24:00", "00:00:00.000001")),
  timetz: fc
    .tuple(timeText, fc.constantFrom("+00", "-11:30", "+14", "+00:19:32", "-00:00:01"))
    .map(([time, zone]) => time + zone),
  timestamp: fc.oneof(
    fc.tuple(day, timeText).map(([days, time]) => `J${days + 2_451_545} ${time}`),
    fc.constantFrom("infinity", "-infinity", "4714-11-24 00:00 BC", "294276-12-31 23:59:59.999999"),
  ),
  timestamptz: fc.oneof(
    fc.tuple(day, timeText).map(([days, time]) => `J${days + 2_451_545} ${time}+00`),
    fc.constantFrom("infinity", "-infinity", "1999-12-31 23:59:59.5-08"),
  ),
  interval: fc.oneof(
    fc
      .tuple(integer(20n), integer(20n), integer(40n))
      .map(([months, days, us]) => `${months} months ${days} days ${us} microseconds`),
    fc.constantFrom(
      "0",
      "infinity",
      "-infinity",
      "-1 day +02:03",
      "1 year -1 day",
      "1 mon",
      "-00:00:01",
      "178000000 years",
    ),
  ),
  numeric: fc.oneof(
    fc.tuple(integer(200n), fc.integer({ min: 0, max: 80 })).map(([digits, scale]) => `${digits}e-${scale}`),
    fc.tuple(integer(64n), fc.integer({ min: 0, max: 300 })).map(([digits, zeros]) => `${digits}e${zeros}`),
    fc
      .tuple(integer(40n), fc.stringMatching(/^[0-9]{0,30}$/))
      .map(([whole, fraction]) => `${whole}.${fraction}`),
    fc.constantFrom(
      "NaN",
      "Infinity",
      "-Infinity",
      "0",
      "0.000",
      "-0.00001",
      "10000",
      "1e131071",
      "1e-16383",
    ),
  ),
  inet: fc.oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([address, mask]) => `${address}/${mask}`),
    fc
      .tuple(fc.array(hextet, { minLength: 8, maxLength: 8 }), fc.integer({ min: 0, max: 128 }))
      .map(([words, mask]) => `${words.join(":")}/${mask}`),
    fc.constantFrom("127.0.0.1", "::", "::1", "::ffff:1.2.3.4", "::1.2.3.4", "1::", "0:0:1::", "::2:3"),
  ),
  cidr: fc.constantFrom("10.0.0.0/8", "1.2.3.4/32", "::/0", "2001:db8::/32", "::1/128"),
  macaddr: fc.constantFrom("08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff"),
  macaddr8: fc.constantFrom("08:00:2b:01:02:03:04:05"),
  varbit: bits,
  "bit(9)": bits,
  point: fc.tuple(float, float).map(([x, y]) => `(${x},${y})`),
};

describe("scalars", () => {
  test.each(Object.entries(samples))("%s", async (type, sample) => {
    let accepted = 0;
    for (const value of fc.sample(sample, 200)) accepted += (await check(type, value)) ? 1 : 0;
    expect(accepted).toBeGreaterThan(10);
  });
});

describe("arrays", () => {
  const quoted = (value: string) => `"${value.replace(/["\\]/g, "\\$&")}"`;

  test.each(Object.entries(samples))("%s[]", async (type, sample) => {
    const element = fc.oneof(
      { weight: 5, arbitrary: sample.map(quoted) },
      { weight: 1, arbitrary: fc.constant("NULL") },
    );
    const row = fc.array(element, { minLength: 2, maxLength: 2 }).map((list) => `{${list.join(",")}}`);
    const array = fc.oneof(
      fc.array(element, { maxLength: 4 }).map((list) => `{${list.join(",")}}`),
      fc.array(row, { minLength: 1, maxLength: 3 }).map((rows) => `{${rows.join(",")}}`),
      fc.tuple(element, element).map(([a, b]) => `[-1:0]={${a},${b}}`),
      fc.constantFrom("{}", '{"NULL",NULL}', "[2:2][3:3]={{NULL}}"),
    );
    let accepted = 0;
    for (const value of fc.sample(array, 40)) accepted += (await check(`${type}[]`, value)) ? 1 : 0;
    expect(accepted).toBeGreaterThan(5);
  });
});
