import type { Level, Tier } from "@custody/domain";

/** In rising order. */
export const LEVELS: readonly Level[] = ["debug", "info", "warning", "error", "critical"];

/** In rising order. */
export const TIERS: readonly Tier[] = ["read", "write", "destructive", "admin"];
