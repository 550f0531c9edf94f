import { escapeText, pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatMoment, formatUtc } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";
import { BUILT_IN, type ShownPolicy } from "./policy.ts";

/** Which policy it is, since when, and by whom. */
export function PolicyFacts({ policy }: { readonly policy: ShownPolicy }): ReactNode {
  const { defaults, digest, origin } = policy;
  const presets = policy.extends.join(", ");
  const behind = Object.entries(defaults).map(([environment, preset]) =>
    pageText("policy.default", { environment, preset }),
  );
  return (
    <dl className="mb-6 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
      <dt className="text-ink-faint">{pageText("policy.file")}</dt>
      <dd className="font-mono wrap-anywhere">
        {origin === BUILT_IN ? pageText("policy.file-none") : <Recorded text={origin} isCode />}
      </dd>
      <dt className="text-ink-faint">{pageText("policy.digest")}</dt>
      <dd className="font-mono wrap-anywhere" data-digest>
        {digest}
      </dd>
      <dt className="text-ink-faint">{pageText("policy.since")}</dt>
      <dd>
        <Since policy={policy} />
      </dd>
      <dt className="text-ink-faint">{pageText("policy.extends")}</dt>
      <dd>{presets === "" ? pageText("policy.extends-none") : escapeText(presets)}</dd>
      <dt className="text-ink-faint">{pageText("policy.defaults")}</dt>
      <dd>{escapeText(behind.join(", "))}</dd>
    </dl>
  );
}

function Since({ policy }: { readonly policy: ShownPolicy }): ReactNode {
  const { changed, isOlder } = policy;
  const { by, index, occasion, time } = changed;
  const params = { by: escapeText(by), time: formatMoment(time) };
  return (
    <>
      <span title={pageText("feed.utc", { time: formatUtc(time) })}>
        {pageText(isOlder ? "policy.since-older" : `policy.since-${occasion}`, params)}
      </span>
      {": "}
      <Link to={"/records/$id" as string} params={{ id: String(index) } as never} className="link-button">
        {pageText("policy.since-record")}
      </Link>
    </>
  );
}
