import type { ReactNode } from "react";

interface NoticeProps {
  readonly title: ReactNode;
  readonly children?: ReactNode;
}

/** What stands in the middle of a place that has nothing else to show. */
export function Notice({ title, children }: NoticeProps): ReactNode {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-20 text-center">
      <p className="text-[15px] font-medium">{title}</p>
      <div className="max-w-md text-ink-soft">{children}</div>
    </div>
  );
}
