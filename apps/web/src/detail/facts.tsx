import type { ReactNode } from "react";
import { Recorded } from "../text/recorded.tsx";

/** A name and what it is; facts that are not there are left out. A plain string came from the record. */
export type Fact = readonly [name: string, value: ReactNode | string | undefined];

export function Facts({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  const present = facts.filter(([, value]) => value !== undefined && value !== "");
  if (present.length === 0) return null;
  return (
    <dl className="grid grid-cols-[9rem_minmax(0,1fr)] gap-x-3 gap-y-1">
      {present.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-soft [overflow-wrap:anywhere]">{name}</dt>
          <dd className="[overflow-wrap:anywhere]">
            {typeof value === "string" ? <Recorded text={value} /> : value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
