import { pageText, reveal } from "@custody/messages";
import type { ReactNode } from "react";
import type { Me } from "../api/use-me.ts";
import { ChangePassword } from "./change-password.tsx";
import { SecondFactor } from "./second-factor.tsx";
import { Sessions } from "./sessions.tsx";
import { Tokens } from "./tokens.tsx";

/** Who is signed in, and what is theirs. */
export function Account({ me }: { readonly me: Me }): ReactNode {
  const roles = me.roles.map((role) => reveal(role).text).join(", ") || pageText("people.roles-none");
  const isPerson = me.acts.includes("me.change");
  return (
    <section className="mt-8">
      <h2 className="text-[15px] font-semibold">{pageText("account.title")}</h2>
      <p className="wrap-anywhere">
        {pageText("account.signed-in", { method: me.method, name: reveal(me.name).text, roles })}
      </p>
      {!isPerson && <p className="text-ink-soft">{pageText("account.not-a-person")}</p>}
      {isPerson && !me.hasPassword && <p className="text-ink-soft">{pageText("account.no-password")}</p>}
      {isPerson && me.hasPassword && (
        <>
          <ChangePassword />
          <SecondFactor isEnrolled={me.hasTotp} />
        </>
      )}
      {isPerson && <Sessions />}
      {me.acts.includes("tokens.own") && <Tokens />}
    </section>
  );
}
