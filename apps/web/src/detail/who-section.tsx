import type { AuditRecord } from "@custody/domain";
import { pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { EnvironmentMark } from "../feed/environment-mark.tsx";
import { Recorded } from "../text/recorded.tsx";
import { type Fact, Facts } from "./facts.tsx";
import { Section } from "./section.tsx";

export function WhoSection({ record }: { readonly record: AuditRecord }): ReactNode {
  const { actor, project, session } = record;
  const { agent, human, service } = actor;
  return (
    <Section title={pageText("detail.who")}>
      <Facts
        facts={[
          [pageText("detail.agent"), agent && <FilterLink name="agent" value={agent.name} />],
          [pageText("detail.model"), agent?.model],
          [
            pageText("detail.human"),
            human && (
              <>
                <Recorded text={human.name} />{" "}
                <span className="text-ink-faint">{pageText(`detail.assurance.${human.assurance}`)}</span>
              </>
            ),
          ],
          [pageText("detail.service"), service],
          [pageText("detail.session"), session && <SessionLinks id={session} />],
          [pageText("detail.project"), project],
        ]}
      />
    </Section>
  );
}

export function WhereSection({ record }: { readonly record: AuditRecord }): ReactNode {
  const { links, location, source, target } = record;
  const { connection, ...others } = links;
  const linked = Object.entries(others).map(([name, value]): Fact => [name, value]);
  return (
    <Section title={pageText("detail.where")}>
      <Facts
        facts={[
          [
            pageText("detail.target"),
            target && (
              <span className="inline-flex items-center gap-2">
                <FilterLink name="target" value={target.name} />
                <EnvironmentMark environment={target.environment} />
              </span>
            ),
          ],
          [pageText("detail.database"), target?.database],
          [pageText("detail.user"), target?.user],
          [pageText("detail.identity"), target?.identity],
          [pageText("detail.host"), location.host],
          [
            pageText("detail.source-name"),
            <span key="source">
              <Recorded text={`${source.name} ${source.version}`} />{" "}
              <span className="text-ink-faint">{pageText(`detail.vantage.${source.vantage}`)}</span>
            </span>,
          ],
          [pageText("detail.connection"), connection],
          ...linked,
        ]}
      />
    </Section>
  );
}

function SessionLinks({ id }: { readonly id: string }): ReactNode {
  return (
    <>
      <FilterLink name="session" value={id} />{" "}
      <Link to={"/sessions/$session" as string} params={{ session: id } as never} className="link-button">
        {pageText("detail.session-open")}
      </Link>
    </>
  );
}

interface FilterLinkProps {
  readonly name: "agent" | "session" | "target";
  readonly value: string;
}

/** Leads to everything else of the same agent, session or target. */
function FilterLink({ name, value }: FilterLinkProps): ReactNode {
  return (
    <Link to="/" search={{ [name]: value } as never} className="link-button">
      <Recorded text={value} />
    </Link>
  );
}
