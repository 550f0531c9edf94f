import { pageText } from "@custody/messages";
import { type FormEvent, type ReactNode, useState } from "react";
import { problemText } from "../api/problem-text.ts";
import { LinkNotice } from "./link-notice.tsx";
import { useChange } from "./use-change.ts";
import { type PasswordLink, rolesIn, USERS_KEY } from "./user.ts";

/** Adds somebody, and shows the link with which they set their password. */
export function InviteForm(): ReactNode {
  const [name, setName] = useState("");
  const [roles, setRoles] = useState("");
  const [link, setLink] = useState<PasswordLink>();
  const invite = useChange<Omit<PasswordLink, "name">>(USERS_KEY, (answer) => {
    setLink({ ...answer, name });
    setName("");
    setRoles("");
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    invite.mutate({ body: { name, roles: rolesIn(roles) }, path: "/api/users" });
  }
  return (
    <>
      <form onSubmit={submit} className="mt-3 flex flex-wrap items-end gap-3">
        <label className="flex flex-col gap-1 text-ink-soft">
          {pageText("people.name")}
          <input
            className="field w-48"
            value={name}
            required
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className="flex min-w-0 flex-1 basis-60 flex-col gap-1 text-ink-soft">
          {pageText("people.roles")}
          <input
            className="field w-full"
            value={roles}
            placeholder={pageText("people.roles-hint")}
            autoComplete="off"
            onChange={(event) => setRoles(event.target.value)}
          />
        </label>
        <button type="submit" className="primary-button" disabled={invite.isPending}>
          {pageText("people.invite")}
        </button>
      </form>
      <p role="alert" className="mt-2 text-bad empty:hidden">
        {invite.isError && problemText(invite.error)}
      </p>
      {link !== undefined && <LinkNotice link={link} onDone={() => setLink(undefined)} />}
    </>
  );
}
