/** An alert as the server has it: docs/api.md. */
export interface Alert {
  readonly id: string;
  readonly kind: string;
  readonly level: "warning" | "error" | "critical";
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly firstAction: string;
  readonly lastAction: string;
  readonly subject: Readonly<Record<string, string>>;
  readonly acknowledged?: { readonly by: string; readonly at: string };
}

export interface AlertPage {
  readonly alerts: readonly Alert[];
  readonly next: string | null;
  /** How many nobody has seen. */
  readonly open: number;
}

/** Of all lists of alerts: whatever changes makes each of them be asked for again. */
export const ALERTS_KEY = "alerts";
