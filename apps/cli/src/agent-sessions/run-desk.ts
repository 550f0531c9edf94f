import { createHash, randomBytes } from "node:crypto";
import { CAST_MEDIA_TYPE } from "@custody/capture/terminal";
import type { SessionIdentity } from "@custody/domain";
import type { SessionRegistry } from "@custody/gateway";
import { humanOf, may, type Principal } from "@custody/identity";
import { HttpProblem, type OverRun, type RunAct, type Runs } from "@custody/server";
import { readRequest } from "../control/read-request.ts";
import type { BodyStore } from "../recorder/body-store.ts";
import type { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import type { SessionIndexes } from "../recovery/session-indexes.ts";
import { endSchema, pieceSchema, secretsSchema, stopSchema } from "./run-requests.ts";
import {
  type EndReason,
  type SessionEnd,
  sessionEndedRecord,
  terminalRecordedRecord,
} from "./session-records.ts";

/** How long a run may be out of touch, in ticks of the server's, a second each: it closes as unknown then. */
const SILENT_TICKS_MAX = 30;

/** How long one that is over is still known: the last of its recording may be on its way. */
const OVER_TICKS_MAX = 600;

const TOKEN_BYTES = 32;

/** What opens the channel of a run: told once, to `custody run`, and never to the agent. */
export interface RunToken {
  readonly token: string;
  readonly digest: string;
}

/** A run as the records of its session have it. */
export interface FoundRun {
  readonly identity: SessionIdentity;
  readonly tokenDigest: string;
}

export interface RunDeskOptions {
  readonly registry: Pick<SessionRegistry, "end" | "find" | "keepSecrets">;
  readonly recorder: Pick<LedgerRecorder, "recordOne">;
  readonly bodies: Pick<BodyStore, "put">;
  readonly indexes: Pick<SessionIndexes, "remove">;
  /** Ends what a session has open at databases. */
  readonly endConnections: (session: string) => void;
  readonly newId: () => string;
  readonly nowUs: () => number;
  readonly warn: (text: string) => void;
}

interface Run extends FoundRun {
  silentTicks: number;
  /** Set from the moment that it is being ended: whoever comes second does not end it again. */
  over: { readonly reason: EndReason; readonly recorded: Promise<void> } | undefined;
  nextPiece: number;
  /** One piece after the other, also when one is sent twice because its answer was late. */
  pieces: Promise<void>;
}

/**
 * The runs of `custody run`, from their sessions' start to their end. Whoever ends one first, ends it: its program, a person, or
 * the silence of a `custody run` that was killed. The agent's token is useless at once, whatever becomes of the record.
 */
export class RunDesk implements Runs {
  readonly #options: RunDeskOptions;
  readonly #runs = new Map<string, Run>();

  /** `found`: those that were going on when Custody ended. */
  constructor(options: RunDeskOptions, found: readonly FoundRun[]) {
    this.#options = options;
    for (const run of found) this.begin(run);
  }

  newToken(): RunToken {
    const token = randomBytes(TOKEN_BYTES).toString("base64url");
    return { digest: createHash("sha256").update(token).digest("base64"), token };
  }

  begin({ identity, tokenDigest }: FoundRun): void {
    const pieces = Promise.resolve();
    this.#runs.set(identity.id, {
      identity,
      nextPiece: 0,
      over: undefined,
      pieces,
      silentTicks: 0,
      tokenDigest,
    });
  }

  /** `request` is whatever was sent. @throws HttpProblem */
  async act(act: RunAct, session: string, tokenDigest: string, request: unknown): Promise<unknown> {
    const run = this.#runs.get(session);
    if (run === undefined || run.tokenDigest !== tokenDigest)
      throw new HttpProblem("token-refused", "this is not the token of this run, or the run is long over");
    switch (act) {
      case "check":
        return {};
      case "record":
        return this.#record(run, request);
      case "secrets":
        this.#options.registry.keepSecrets(session, readRequest(secretsSchema, request).values);
        return {};
      case "end":
        await this.#end(run, {
          actor: run.identity.actor,
          reason: "exited",
          ...readRequest(endSchema, request),
        });
        return {};
    }
  }

  /** Asked every second with the sessions whose runs are listening; answers which of them are over. */
  listening(sessions: readonly string[]): readonly OverRun[] {
    const present = new Set(sessions);
    for (const [session, run] of this.#runs) {
      if (present.has(session)) run.silentTicks = 0;
      else run.silentTicks += 1;
      if (run.over !== undefined && run.silentTicks > OVER_TICKS_MAX) this.#runs.delete(session);
      else if (run.over === undefined && run.silentTicks > SILENT_TICKS_MAX) this.#lost(run);
    }
    return sessions.flatMap((session) => {
      const run = this.#runs.get(session);
      if (run === undefined) return [{ reason: "unknown" as const, session }];
      return run.over === undefined ? [] : [{ reason: run.over.reason, session }];
    });
  }

  /** Also of a session that has no run. @throws HttpProblem */
  async stop(request: unknown, by: Principal): Promise<{ session: string; project: string }> {
    const { reason: why, session } = readRequest(stopSchema, request);
    const run = this.#runs.get(session);
    const identity = run?.over === undefined ? this.#options.registry.find(session)?.identity : undefined;
    if (identity === undefined) throw new HttpProblem("not-found", "no session with this id is under way");
    const { project } = identity;
    if (!may(by, "sessions.stop", project))
      throw new HttpProblem(
        "not-permitted",
        `${by.name} may not stop sessions in ${JSON.stringify(project)}`,
      );
    const end: SessionEnd = { actor: { human: humanOf(by) }, reason: "stopped", why };
    await (run === undefined ? this.#endSession(identity, end) : this.#end(run, end));
    return { project, session };
  }

  #lost(run: Run): void {
    const end: SessionEnd = { actor: { service: "custody" }, reason: "unknown" };
    this.#end(run, end).catch((error: Error) =>
      this.#options.warn(`that session ${run.identity.id} is over could not be recorded: ${error.message}`),
    );
  }

  /** The first one counts. One whose record failed may be ended again. */
  #end(run: Run, end: SessionEnd): Promise<void> {
    if (run.over !== undefined) return run.over.recorded;
    const recorded = this.#endSession(run.identity, end).catch((error: unknown) => {
      run.over = undefined;
      throw error;
    });
    run.over = { reason: end.reason, recorded };
    run.silentTicks = 0;
    return recorded;
  }

  async #endSession(identity: SessionIdentity, end: SessionEnd): Promise<void> {
    const { endConnections, indexes, newId, nowUs, recorder, registry } = this.#options;
    registry.end(identity.id);
    endConnections(identity.id);
    await durably(recorder.recordOne(sessionEndedRecord(identity, end, newId(), nowUs())));
    indexes.remove(identity.id);
  }

  #record(run: Run, request: unknown): Promise<unknown> {
    const piece = readRequest(pieceSchema, request);
    const recorded = run.pieces.then(async () => {
      if (piece.piece < run.nextPiece) return;
      const { bodies, newId, nowUs, recorder } = this.#options;
      const draft = terminalRecordedRecord(run.identity, piece, newId(), nowUs());
      const { project, type } = draft;
      const bytes = Buffer.from(piece.recording);
      const body = { bytes, mediaType: CAST_MEDIA_TYPE, role: "recording" };
      const stored = await durably(bodies.put({ project, session: run.identity.id, type }, body));
      await durably(recorder.recordOne({ ...draft, blobs: [stored] }));
      run.nextPiece = piece.piece + 1;
    });
    run.pieces = recorded.catch(() => {});
    return recorded.then(() => ({}));
  }
}

/** @throws HttpProblem ledger-unavailable */
async function durably<Value>(recorded: Promise<Value>): Promise<Value> {
  try {
    return await recorded;
  } catch (error) {
    throw new HttpProblem("ledger-unavailable", `the ledger cannot write: ${(error as Error).message}`);
  }
}
