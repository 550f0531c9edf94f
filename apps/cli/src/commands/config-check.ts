import type { TargetOptions } from "@custody/gateway";
import { isLoopbackHost } from "@custody/gateway/upstream-url";
import { escapeText } from "@custody/messages";
import { webhookSettings } from "../alerts/webhook-settings.ts";
import { formatAddress } from "../config/address.ts";
import { meantConfig } from "../config/data-directory.ts";
import type { Config } from "../config/read-config.ts";
import { resolveTarget, variableOf } from "../config/upstream.ts";
import { anchorSettings } from "../outside/anchor-settings.ts";
import { anchorLines } from "../outside/describe-anchors.ts";
import { configuredPolicy } from "../outside/outside-config.ts";
import { readPolicy } from "../policy/policy-record.ts";
import { oidcSettings } from "../sign-in/oidc-settings.ts";
import type { CommandContext } from "./context.ts";

/** Reads everything that a start would read, and tells what would be guarded. What is wrong is thrown, and so exit 2. */
export async function configCheck(
  { data: named, environment, isJson, output }: CommandContext,
  options: { readonly config?: string },
): Promise<number> {
  const config = meantConfig(environment, { config: options.config, data: named });
  const policy = readPolicy(config);
  const witnesses = await configuredPolicy(config);
  anchorSettings(config, environment);
  const webhooks = webhookSettings(config, environment).map(({ secret: _, ...rest }) => rest);
  oidcSettings(config, environment);
  const targets = config.targets.map((target) => ({
    ...target,
    resolved: resolveTarget(target, config, environment),
    variable: variableOf(target),
  }));
  const guarded = targets.map(({ environment, kind, listen, name, project, resolved, variable }) => ({
    environment,
    kind,
    listen: formatAddress(listen),
    name,
    project,
    upstream: placeOf(resolved),
    variable,
  }));
  const { digest, origin } = policy;
  const file = config.file ?? null;
  const { data } = config;
  const listen = formatAddress(config.listen);
  const asked = (witnesses?.witnesses ?? []).map(({ name, url }) => ({ name, url: url ?? null }));
  if (isJson)
    output.json({
      ok: true,
      file,
      data,
      listen,
      policy: { digest, origin },
      targets: guarded,
      witnesses: asked,
      timestamps: config.timestamps ?? null,
      anchors: config.anchors,
      alerts: { webhooks },
      signIn: config.signIn,
    });
  else {
    output.line(escapeText(`ok        ${config.file ?? "no custody.yaml here: everything is default"}`));
    output.line(escapeText(`data      ${data}`));
    output.line(escapeText(`policy    ${origin}`));
    for (const { listen, name, upstream } of guarded)
      output.line(escapeText(`target    ${name}: ${listen} in front of ${upstream}`));
    for (const { name, url } of asked)
      output.line(escapeText(`witness   ${name}: ${url ?? "has no URL, so it is not asked"}`));
    for (const line of anchorLines(config)) output.line(escapeText(line));
    for (const { levels, name, url } of webhooks)
      output.line(escapeText(`webhook   ${name}: ${url} for ${levels.join(", ")}`));
    if (config.signIn.oidc !== undefined)
      output.line(escapeText(`sign-in   ${config.signIn.oidc.name}: ${config.signIn.oidc.issuer}`));
    if (guarded.length === 0) output.line("target    none: nothing would be guarded");
  }
  for (const line of exposed(config)) output.hint(`custody: ${line}`);
  return 0;
}

/** Without its password, and without its user, who is nobody's business either. */
function placeOf({ upstream: { host, port, database } }: TargetOptions): string {
  return `${formatAddress({ host, port })}/${database}`;
}

function exposed({ listen, targets }: Config): string[] {
  return [listen, ...targets.map((target) => target.listen)]
    .filter(({ host }) => !isLoopbackHost(host))
    .map((address) => `${formatAddress(address)} may be reachable from other machines`);
}
