import { escapeText, pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import { UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { useMe } from "../api/use-me.ts";

/** Who is signed in here, and what they are. */
export function SignedInAs(): ReactNode {
  const { data } = useMe();
  // Its place is there before anybody is known, so that nothing moves.
  if (data === undefined) return <span className="w-36 max-md:hidden" />;
  const name = escapeText(data.name);
  const roles = data.roles.map(escapeText).join(", ") || pageText("header.no-roles");
  return (
    <Link
      to="/keys"
      className="flex w-36 items-center gap-1.5 text-ink-soft max-md:hidden"
      title={pageText("header.signed-in-title", { method: escapeText(data.method), name, roles })}
    >
      <UserRound size={14} aria-hidden className="shrink-0" />
      <span className="truncate">{name}</span>
    </Link>
  );
}
