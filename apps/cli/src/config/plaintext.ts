import { isIP } from "node:net";
import { isLoopbackHost } from "@custody/gateway/upstream-url";
import { CliError } from "../error.ts";
import { formatAddress } from "./address.ts";
import type { Config } from "./read-config.ts";
import type { TargetConfig } from "./schema.ts";

/**
 * What listens beyond this machine does so in TLS, unless the configuration says in so many words that it may not:
 * tokens, statements and rows would be readable on the way.
 *
 * @param option the option of the command line that `listen` came from, if it did
 * @throws CliError CONFIG_INVALID
 */
export function refusePlaintext(config: Config, option?: string): void {
  const { allowPlaintext, file, listen, models, targets, tls } = config;
  const inFile = file === undefined ? "" : `${file}: `;
  const places = [
    { place: option ?? `${inFile}listen`, isGuarded: tls !== undefined || allowPlaintext, listen },
    ...targets.map((target, at) => ({
      place: `${inFile}targets[${at}].listen`,
      isGuarded: target.tls !== undefined || target.allowPlaintext,
      listen: target.listen,
    })),
    ...(models === undefined
      ? []
      : [
          {
            place: `${inFile}models.listen`,
            isGuarded: tls !== undefined || models.allowPlaintext,
            listen: models.listen,
          },
        ]),
  ];
  for (const { isGuarded, listen, place } of places) {
    if (isGuarded || isLoopbackHost(listen.host)) continue;
    const reach = isIP(listen.host) === 0 ? "may reach" : "reach";
    const what = `${place}: other machines ${reach} ${formatAddress(listen)}, and nothing on it would be encrypted`;
    const beside = place === option ? "to custody.yaml" : "beside it";
    const advice = `add tls: { cert, key } ${beside}, or allowPlaintext: true where the network is trusted`;
    throw new CliError("CONFIG_INVALID", what, advice);
  }
}

/** Off loopback TLS is required, unless the target says otherwise. */
export function isTlsRequired({ allowPlaintext, listen, tls }: TargetConfig): boolean {
  return tls?.required ?? !(isLoopbackHost(listen.host) || allowPlaintext);
}
