import type { OutsideSettings } from "@custody/server";
import type { AnchorConfig } from "../config/outside-schema.ts";
import type { Config } from "../config/read-config.ts";
import { readPem } from "../config/tls-files.ts";
import type { Environment } from "../environment.ts";
import { CliError } from "../error.ts";
import { rootsIn } from "./timestamp-roots.ts";

type Settings = Pick<OutsideSettings, "anchors" | "timestamps">;
type AnchorSettings = NonNullable<Settings["anchors"]>[number];

/** What the server's process is told about timestamps and anchors, with files and variables read. @throws CliError CONFIG_INVALID */
export function anchorSettings({ anchors, timestamps }: Config, { variables }: Environment): Settings {
  return {
    ...(timestamps === undefined ? {} : { timestamps: timestampSettings(timestamps) }),
    ...(anchors.length === 0 ? {} : { anchors: anchors.map((each, at) => settingsOf(each, at, variables)) }),
  };
}

function timestampSettings({
  authority,
  everyMs,
  roots,
}: NonNullable<Config["timestamps"]>): NonNullable<Settings["timestamps"]> {
  const place = "timestamps.roots";
  // Only to find out now whether they can be used: the process reads them again.
  rootsIn(roots, place);
  return { authority, everyMs, roots: readPem(roots, place) };
}

function settingsOf(anchor: AnchorConfig, at: number, variables: Environment["variables"]): AnchorSettings {
  switch (anchor.kind) {
    case "file":
      return anchor;
    case "git": {
      const { remote, ...rest } = anchor;
      return { ...rest, ...(remote === undefined ? {} : { remote }), searchPath: variables["PATH"] ?? "" };
    }
    case "s3": {
      const { accessKeyId, endpoint, prefix, secretAccessKey, ...rest } = anchor;
      const place = `anchors[${at}].s3`;
      return {
        ...rest,
        ...(endpoint === undefined ? {} : { endpoint }),
        ...(prefix === undefined ? {} : { prefix }),
        accessKeyId: secretIn(accessKeyId, `${place}.accessKeyId`, variables),
        secretAccessKey: secretIn(secretAccessKey, `${place}.secretAccessKey`, variables),
      };
    }
  }
}

/** The value is a secret, so no error repeats it. */
function secretIn(name: string, place: string, variables: Environment["variables"]): string {
  const value = variables[name];
  if (value !== undefined && value !== "") return value;
  throw new CliError(
    "CONFIG_INVALID",
    `${place}: the environment variable ${name} is not set`,
    "set it, and start again",
  );
}
