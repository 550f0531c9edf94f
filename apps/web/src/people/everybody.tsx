import { pageText } from "@custody/messages";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { problemText } from "../api/problem-text.ts";
import { requestJson } from "../api/request.ts";
import type { Me } from "../api/use-me.ts";
import { InviteForm } from "./invite-form.tsx";
import { USERS_KEY, type UserPage } from "./user.ts";
import { UserLine } from "./user-line.tsx";

/** Everybody there is and was, for who may see them. */
export function Everybody({ me }: { readonly me: Me }): ReactNode {
  const mayRead = me.acts.includes("users.read");
  const mayChange = me.acts.includes("users.change");
  const users = useInfiniteQuery({
    queryKey: [USERS_KEY],
    enabled: mayRead,
    initialPageParam: "",
    queryFn: ({ pageParam, signal }): Promise<UserPage> => {
      const query = new URLSearchParams({ limit: "100", ...(pageParam !== "" && { after: pageParam }) });
      return requestJson<UserPage>(`/api/users?${query}`, { signal });
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const found = users.data?.pages.flatMap((page) => page.users) ?? [];
  return (
    <section className="mt-6">
      <h2 className="text-[15px] font-semibold">{pageText("people.everybody")}</h2>
      {!mayRead && <p className="mt-1 text-ink-soft">{pageText("people.hindered")}</p>}
      {mayRead && !mayChange && <p className="mt-1 text-ink-soft">{pageText("people.unchangeable")}</p>}
      {users.isError && (
        <p className="mt-1 text-bad">{pageText("people.failed", { reason: problemText(users.error) })}</p>
      )}
      {mayChange && <InviteForm />}
      {found.length > 0 && (
        <ul
          className="mt-3 rounded-lg border border-line bg-surface"
          aria-label={pageText("people.everybody")}
        >
          {found.map((user) => (
            <UserLine key={user.id} user={user} isSelf={user.id === me.id} mayChange={mayChange} />
          ))}
        </ul>
      )}
      {users.hasNextPage && (
        <Button className="plain-button mt-3" onPress={() => void users.fetchNextPage()}>
          {pageText("people.more")}
        </Button>
      )}
    </section>
  );
}
