import { join } from "node:path";

/**
 * Where everything lives below the ledger's directory.
 *
 *     checkpoint              the newest published checkpoint          ┐ servable as they are:
 *     tile/<L>/<N>[.p/<W>]    hashes                                   │ c2sp.org/tlog-tiles
 *     tile/entries/<N>[.p/W]  envelopes                                ┘
 *     payload/<N>             encrypted blocks of the entries of bundle N
 *     blobs/<key id>/<n>.pack encrypted chunks of large bodies, by the key that they are destroyed with
 *     keys/master.key         the master key (0600), unless it is kept elsewhere
 *     keys/ring               wrapped data keys, one row a line
 *     keys/verifier           the public verifier key
 *     keys/past-verifiers     those of earlier origins, one a line, oldest first
 *     .state/ledger.json      format version, ledger id, origin
 *     .state/tree             how far the write-ahead file is integrated
 *     .state/signed           the newest checkpoint ever signed, written before it is published
 *     .state/epoch            counts starts
 *     .state/erasure          only while keys or blocks are being destroyed: how far it is
 *     .state/copy             only in a copy that nobody has accepted as the ledger
 *     .state/wal/<n>.wal      write-ahead segments
 *     .state/recovered/       damaged tails, copied aside
 *     .state/lock.<n>         the writer's lock, by the number of times it was taken
 */
export interface Layout {
  readonly root: string;
  readonly checkpoint: string;
  readonly blobs: string;
  readonly masterKey: string;
  readonly keyRing: string;
  readonly verifier: string;
  readonly pastVerifiers: string;
  readonly format: string;
  readonly tree: string;
  readonly signed: string;
  readonly epoch: string;
  readonly copyMark: string;
  readonly erasure: string;
  readonly wal: string;
  readonly recovered: string;
  readonly lock: string;
}

export function layoutOf(root: string): Layout {
  const state = join(root, ".state");
  return {
    root,
    checkpoint: join(root, "checkpoint"),
    blobs: join(root, "blobs"),
    masterKey: join(root, "keys", "master.key"),
    keyRing: join(root, "keys", "ring"),
    verifier: join(root, "keys", "verifier"),
    pastVerifiers: join(root, "keys", "past-verifiers"),
    format: join(state, "ledger.json"),
    tree: join(state, "tree"),
    signed: join(state, "signed"),
    epoch: join(state, "epoch"),
    copyMark: join(state, "copy"),
    erasure: join(state, "erasure"),
    wal: join(state, "wal"),
    recovered: join(state, "recovered"),
    lock: join(state, "lock"),
  };
}
