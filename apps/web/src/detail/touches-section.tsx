import type { Operation } from "@custody/domain";
import { isPageKey, pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { Recorded } from "../text/recorded.tsx";
import { LongList } from "./long-list.tsx";
import { Section } from "./section.tsx";

/** What the statement does: each operation with its harm, and the tables it touches. */
export function TouchesSection({ operations }: { readonly operations: readonly Operation[] }): ReactNode {
  return (
    <Section title={pageText("detail.touches")}>
      <LongList items={operations} className="flex flex-col gap-2">
        {(operation) => <OperationView operation={operation} />}
      </LongList>
    </Section>
  );
}

function OperationView({ operation }: { readonly operation: Operation }): ReactNode {
  const { objects, tier, unbounded, verb, via } = operation;
  const isHarmful = tier === "destructive" || tier === "admin";
  const tone = isHarmful ? "bg-bad-ground text-bad" : "bg-quiet-ground text-quiet";
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">
          <Recorded text={verb} />
        </span>
        <span className={`badge ${tone}`}>{known(`tier.${tier}`, tier)}</span>
        {unbounded === true && (
          <span className="badge bg-caution-ground text-caution">{pageText("detail.unbounded")}</span>
        )}
        {via !== undefined && <span className="text-ink-soft">{known(`detail.via.${via}`, via)}</span>}
      </div>
      {objects.length === 0 ? (
        <p className="text-ink-faint">{pageText("detail.touches-nothing")}</p>
      ) : (
        <LongList items={objects} itemClassName="flex flex-wrap items-baseline gap-x-2">
          {({ name, resolved, role, schema }) => (
            <>
              <span className="text-ink-soft">{known(`detail.role.${role}`, role)}</span>
              <span className="font-mono text-[12.5px] [overflow-wrap:anywhere]">
                <Recorded text={schema === undefined ? name : `${schema}.${name}`} />
              </span>
              <span className="text-[12px] text-ink-faint">
                {known(`detail.resolved.${resolved}`, resolved)}
              </span>
            </>
          )}
        </LongList>
      )}
    </>
  );
}

/** A word of the record in the reader's language; one from a newer version stays as it is. */
function known(key: string, word: string): ReactNode {
  return isPageKey(key) ? pageText(key) : <Recorded text={word} />;
}
