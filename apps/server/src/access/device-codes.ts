import { digestOf, makeSecret, makeUserCode, readUserCode } from "@custody/identity";
import { HttpProblem } from "../http/http-problem.ts";

const TTL_MS = 600_000;
/** How often the command may ask, RFC 8628, section 3.5. */
export const INTERVAL_SECONDS = 3;
const CODES_MAX = 200;

interface Device {
  readonly userCode: string;
  readonly expiresMs: number;
  /** What the command said of where it runs; only shown. */
  readonly client: string;
  readonly address: string;
  state: "waiting" | "denied" | { readonly token: string; readonly expires: string };
}

/**
 * Command lines that wait for a person to confirm them on another screen: RFC 8628. They are forgotten with the process,
 * and the command begins anew.
 */
export class DeviceCodes {
  /** By the digest of the device code. */
  readonly #devices = new Map<string, Device>();

  /** @throws HttpProblem too-many-attempts */
  begin(
    client: string,
    address: string,
    nowMs: number,
  ): { deviceCode: string; userCode: string; expiresMs: number } {
    for (const [digest, { expiresMs }] of this.#devices) if (expiresMs <= nowMs) this.#devices.delete(digest);
    if (this.#devices.size >= CODES_MAX)
      throw new HttpProblem(
        "too-many-attempts",
        "too many command lines wait to be confirmed; try again later",
      );
    const deviceCode = makeSecret();
    const userCode = makeUserCode();
    const expiresMs = nowMs + TTL_MS;
    this.#devices.set(digestOf(deviceCode), { address, client, expiresMs, state: "waiting", userCode });
    return { deviceCode, expiresMs, userCode };
  }

  /** The one that waits with this code, as somebody typed it. */
  waiting(typed: string, nowMs: number): Readonly<Device> | undefined {
    const userCode = readUserCode(typed);
    return [...this.#devices.values()].find(
      (device) => device.userCode === userCode && device.state === "waiting" && device.expiresMs > nowMs,
    );
  }

  settle(device: Readonly<Device>, state: Exclude<Device["state"], "waiting">): void {
    for (const each of this.#devices.values()) if (each === device) each.state = state;
  }

  /** The token, once. @throws HttpProblem authorization-pending, sign-in-refused */
  take(deviceCode: string, nowMs: number): { readonly token: string; readonly expires: string } {
    const digest = digestOf(deviceCode);
    const device = this.#devices.get(digest);
    if (device === undefined || device.expiresMs <= nowMs)
      throw new HttpProblem("sign-in-refused", "nobody confirmed this in time; run `custody login` again");
    const { state } = device;
    if (state === "waiting") throw new HttpProblem("authorization-pending", "nobody has confirmed this yet");
    this.#devices.delete(digest);
    if (state === "denied") throw new HttpProblem("sign-in-refused", "this was refused");
    return state;
  }
}
