import { isIP } from "node:net";
import type { AuditRecord } from "@custody/domain";
import { detailText } from "./details.ts";

export interface ClientAddress {
  readonly ip?: string;
  readonly port?: number;
}

/** Where an agent connected from, in the records that say so: `127.0.0.1`, `127.0.0.1:5432`, `[::1]:5432`. */
export function clientAddress(record: AuditRecord): ClientAddress {
  const text = detailText(record, "address") ?? "";
  const [, bracketed, port] = /^\[?([^\]]*?)\]?(?::(\d{1,5}))?$/.exec(text) ?? [];
  const ip = [text, bracketed].find((each) => each !== undefined && isIP(each) !== 0);
  if (ip === undefined) return {};
  return ip === text || port === undefined ? { ip } : { ip, port: Number(port) };
}
