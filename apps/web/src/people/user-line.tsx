import { pageText, reveal } from "@custody/messages";
import { type FormEvent, type ReactNode, useState } from "react";
import { problemText } from "../api/problem-text.ts";
import { formatMoment } from "../text/format.ts";
import { LinkNotice } from "./link-notice.tsx";
import { useChange } from "./use-change.ts";
import { type PasswordLink, rolesIn, USERS_KEY, type User } from "./user.ts";

interface UserLineProps {
  readonly user: User;
  readonly isSelf: boolean;
  readonly mayChange: boolean;
}

/** Somebody, and what may be done about them. */
export function UserLine({ isSelf, mayChange, user }: UserLineProps): ReactNode {
  const name = reveal(user.name).text;
  const [isEditing, setEditing] = useState(false);
  const [isRemoving, setRemoving] = useState(false);
  const [link, setLink] = useState<PasswordLink>();
  const path = `/api/users/${encodeURIComponent(user.id)}`;
  const change = useChange<unknown>(USERS_KEY, () => setEditing(false));
  const reset = useChange<Omit<PasswordLink, "name">>(USERS_KEY, (answer) =>
    setLink({ ...answer, name: user.name }),
  );
  const problem = change.error ?? reset.error;
  return (
    <li data-user={user.name} className="border-b border-line px-4 py-3 last:border-0 max-sm:px-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <strong className="wrap-anywhere">{name}</strong>
        <span className="wrap-anywhere">
          {user.roles.map((role) => reveal(role).text).join(", ") || pageText("people.roles-none")}
        </span>
        <span className="me-auto text-ink-soft">{marksOf(user, isSelf).join(", ")}</span>
        {mayChange && user.removedAt === null && (
          <span className="flex flex-wrap gap-2">
            <button
              type="button"
              className="plain-button"
              aria-label={pageText("people.change-roles-label", { name })}
              onClick={() => setEditing(!isEditing)}
            >
              {pageText("people.change-roles")}
            </button>
            <button
              type="button"
              className="plain-button"
              aria-label={pageText("people.reset-label", { name })}
              onClick={() => reset.mutate({ body: {}, path: `${path}/reset-password` })}
            >
              {pageText("people.reset")}
            </button>
            {!isSelf && (
              <button
                type="button"
                className="plain-button min-w-40 text-bad"
                aria-label={pageText(isRemoving ? "people.remove-again-label" : "people.remove-label", {
                  name,
                })}
                onBlur={() => setRemoving(false)}
                onClick={() =>
                  isRemoving ? change.mutate({ body: {}, path: `${path}/remove` }) : setRemoving(true)
                }
              >
                {pageText(isRemoving ? "people.remove-again" : "people.remove")}
              </button>
            )}
          </span>
        )}
      </div>
      {isEditing && (
        <RolesForm
          user={user}
          onSave={(roles) => change.mutate({ body: { roles }, path: `${path}/roles` })}
        />
      )}
      <p role="alert" className="mt-2 text-bad empty:hidden">
        {problem !== null && problemText(problem)}
      </p>
      {link !== undefined && <LinkNotice link={link} onDone={() => setLink(undefined)} />}
    </li>
  );
}

function marksOf(user: User, isSelf: boolean): string[] {
  const { hasPassword, hasTotp, lockedUntil, removedAt, sso } = user;
  return [
    ...(isSelf ? [pageText("people.you")] : []),
    ...(removedAt === null ? [] : [pageText("people.removed")]),
    ...(hasPassword || removedAt !== null ? [] : [pageText("people.invited")]),
    ...(hasTotp ? [pageText("people.factor")] : []),
    ...(sso === null
      ? []
      : [pageText("people.sso", { as: reveal("email" in sso ? sso.email : sso.subject).text })]),
    ...(lockedUntil !== null && Date.parse(lockedUntil) > Date.now()
      ? [pageText("people.locked", { time: formatMoment(lockedUntil) })]
      : []),
  ];
}

interface RolesFormProps {
  readonly user: User;
  readonly onSave: (roles: string[]) => void;
}

function RolesForm({ onSave, user }: RolesFormProps): ReactNode {
  const [text, setText] = useState(user.roles.join(", "));
  function submit(event: FormEvent): void {
    event.preventDefault();
    onSave(rolesIn(text));
  }
  return (
    <form onSubmit={submit} className="mt-2 flex flex-wrap items-end gap-3">
      <label className="flex min-w-0 flex-1 basis-60 flex-col gap-1 text-ink-soft">
        {pageText("people.roles")}
        <input
          className="field w-full"
          value={text}
          placeholder={pageText("people.roles-hint")}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <button type="submit" className="plain-button h-9">
        {pageText("people.save")}
      </button>
    </form>
  );
}
