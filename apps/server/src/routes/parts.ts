import type { Directory } from "@custody/identity";
import type { LedgerReader } from "@custody/ledger";
import type { AccessLog } from "../access/access-log.ts";
import type { Challenges } from "../access/challenges.ts";
import type { FailedAttempts } from "../access/failed-attempts.ts";
import type { SignInCodes } from "../access/sign-in-codes.ts";
import type { SignInDesk } from "../access/sign-in-desk.ts";
import type { KeepingOutside } from "../outside/keep-outside.ts";
import type { DataPathLink } from "../process/data-path-link.ts";
import type { ServerSettings } from "../process/settings.ts";
import type { Records } from "../records.ts";
import type { SsoDesk } from "../sso/sso-desk.ts";
import type { AlertStreams } from "../stream/alert-streams.ts";
import type { LiveFeed } from "../stream/live-feed.ts";

/** What the routes work with. */
export interface RouteParts {
  readonly settings: ServerSettings;
  readonly link: Pick<DataPathLink, "ask">;
  readonly reader: LedgerReader;
  readonly records: Records;
  readonly outside: Pick<KeepingOutside, "status">;
  /** The public key that checkpoints and receipts are checked with. */
  readonly verifierKey: string;
  readonly feed: LiveFeed;
  readonly accessLog: Pick<AccessLog, "denied" | "looked" | "ran" | "refused">;
  readonly alerts: AlertStreams;
  readonly challenges: Challenges;
  readonly codes: SignInCodes;
  /** Who there is, as the data path knows it. */
  readonly identities: Directory;
  /** Calls whoever must look again, when somebody came, went, or may do something else now. */
  readonly onIdentities: (listener: () => void) => void;
  readonly signIns: SignInDesk;
  /** Undefined where no provider is configured. */
  readonly sso: SsoDesk | undefined;
  readonly attempts: FailedAttempts;
  readonly nowMs: () => number;
  /** Where a browser finds us, without a slash at the end; known once we listen. */
  readonly origin: () => string;
}
