import type { ReactNode } from "react";
import mark from "../theme/mark.svg";

interface EntranceProps {
  readonly title: string;
  readonly lead: string;
  readonly children: ReactNode;
}

/** What stands around every way in. */
export function Entrance({ title, lead, children }: EntranceProps): ReactNode {
  return (
    <main className="flex min-h-full items-center justify-center p-6">
      <div className="w-full max-w-md rounded-2xl border border-line bg-surface p-8 shadow-(--shadow-raised)">
        <img src={mark} alt="" width={40} height={40} className="mb-5" />
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-2 text-ink-soft">{lead}</p>
        {children}
      </div>
    </main>
  );
}
