import { escapeText, pageText } from "@custody/messages";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { problemText } from "../api/problem-text.ts";
import { Entrance } from "./entrance.tsx";
import { InvitationForm } from "./invitation-form.tsx";
import { lookAtInvitation } from "./sign-in.ts";

interface InvitationPageProps {
  readonly secret: string;
  readonly onDone: () => void;
}

/** Somebody's first password, or another one; for the first owner, who they are as well. */
export function InvitationPage({ secret, onDone }: InvitationPageProps): ReactNode {
  const { data, error } = useQuery({
    queryKey: ["invitation", secret],
    queryFn: () => lookAtInvitation(secret),
    // Its second factor is made anew with each look.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const name = escapeText(data?.name ?? "");
  return (
    <Entrance
      title={pageText(data?.purpose === "owner" ? "invitation.owner" : "invitation.title", { name })}
      lead={pageText(data?.purpose === "owner" ? "invitation.owner-lead" : "invitation.lead")}
    >
      {error !== null && (
        <p role="alert" className="mt-4 text-bad">
          {problemText(error)}
        </p>
      )}
      {data !== undefined && <InvitationForm secret={secret} invitation={data} onDone={onDone} />}
    </Entrance>
  );
}
