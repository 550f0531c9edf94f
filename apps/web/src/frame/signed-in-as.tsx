import { escapeText, pageText } from "@custody/messages";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { requestJson } from "../api/request.ts";

interface Me {
  readonly name: string;
  readonly method: string;
  readonly roles: readonly string[];
}

/** Who is signed in here, and what they are. */
export function SignedInAs(): ReactNode {
  const { data } = useQuery({
    queryKey: ["me"],
    queryFn: () => requestJson<Me>("/api/me"),
    staleTime: 60_000,
  });
  if (data === undefined) return null;
  const name = escapeText(data.name);
  const roles = data.roles.map(escapeText).join(", ") || pageText("header.no-roles");
  return (
    <Link
      to="/keys"
      className="flex max-w-40 items-center gap-1.5 text-ink-soft max-md:hidden"
      title={pageText("header.signed-in-title", { method: escapeText(data.method), name, roles })}
    >
      <UserRound size={14} aria-hidden className="shrink-0" />
      <span className="truncate">{name}</span>
    </Link>
  );
}
