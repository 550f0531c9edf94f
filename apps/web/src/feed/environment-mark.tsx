import type { Environment } from "@custody/domain";
import { pageText } from "@custody/messages";
import type { ReactNode } from "react";

/** Production stands out, since that is what one looks for at night. */
export function EnvironmentMark({ environment }: { readonly environment: Environment }): ReactNode {
  const isProduction = environment === "production";
  const tone = isProduction ? "badge bg-production-ground text-production" : "text-[12px] text-ink-faint";
  return <span className={tone}>{pageText(`environment.${environment}`)}</span>;
}
