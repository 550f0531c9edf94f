import type { ReactNode } from "react";

interface SectionProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, aside, children }: SectionProps): ReactNode {
  return (
    <section className="border-t border-line px-5 py-4">
      <div className="mb-2 flex min-h-6 items-center justify-between gap-3">
        <h3 className="text-[11.5px] font-semibold tracking-wide text-ink-faint uppercase">{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  );
}
