/** What the ledger, the server's process and the listeners need, with a margin: opened files, not a connection each. */
const RESERVED_DESCRIPTORS = 256;

/** A client, and the connection to the database that is opened for it. */
const DESCRIPTORS_A_CONNECTION = 2;

const CONNECTIONS_MIN = 16;

/**
 * How many connections the descriptors of this process are enough for, over all targets. A ledger that cannot open a
 * file has failed and forwards nothing until it is started anew, so whoever can reach a port must not use them up.
 */
export class ConnectionBudget {
  #left: number;

  constructor(connections: number = connectionsFor(descriptorLimit())) {
    this.#left = connections;
  }

  /** Whether there is room for one more; it must `leave` then. */
  enter(): boolean {
    if (this.#left <= 0) return false;
    this.#left -= 1;
    return true;
  }

  leave(): void {
    this.#left += 1;
  }
}

export function connectionsFor(descriptors: number): number {
  const left = Math.floor((descriptors - RESERVED_DESCRIPTORS) / DESCRIPTORS_A_CONNECTION);
  return Math.max(left, CONNECTIONS_MIN);
}

/** Node has raised it as far as it may. Windows has none; what it does not say is taken to be enough. */
function descriptorLimit(): number {
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft?: number | "unlimited" } };
  };
  const limit = userLimits?.open_files?.soft;
  return typeof limit === "number" ? limit : Number.POSITIVE_INFINITY;
}
