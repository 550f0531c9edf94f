import type { AuditRecord, RecordDraft } from "@custody/domain";
import {
  accessDraft,
  type CheckedAnswer,
  checkSignedAnswer,
  Directory,
  IdentityBook,
  IdentityError,
  type IdentityRecord,
  type Invited,
  isIdentityType,
  OPERATOR,
  type Principal,
  SEAL_KEY_LABEL,
  Sealer,
  type SignedAnswer,
  snapshotOf,
  stateOf,
} from "@custody/identity";
import { LedgerError } from "@custody/ledger";
import { HttpProblem, type Identities, type IdentityAct, type KnownIdentities } from "@custody/server";
import type { AnsweredHold } from "@custody/signatures";
import type { RecordRegisterOptions } from "../recorder/record-register.ts";
import { readIdentityFile, writeIdentityFile } from "./identity-file.ts";

/** How often the file is brought up to date: a start after a crash reads what came since. */
const INTERVAL_MS = 30_000;

const FILE_KEY_LABEL = "custody/identities/v1";

export interface IdentityRegisterOptions extends RecordRegisterOptions {
  readonly newId: () => string;
  readonly nowUs: () => number;
}

/** Who there is, in the process that records: it alone changes that. */
export class IdentityRegister implements Identities {
  readonly #options: IdentityRegisterOptions;
  readonly #directory: Directory;
  readonly #book: IdentityBook;
  readonly #fileKey: Buffer;
  readonly #timer: NodeJS.Timeout;
  readonly #listeners = new Set<(record: IdentityRecord) => void>();
  /** What the ledger said at the start is read in the background; whoever asks waits for it. */
  readonly #loaded: Promise<void>;
  #isLoaded = false;
  /** Records on their way: the ledger's size may count them already, and the state does not. */
  #recording = 0;

  constructor(options: IdentityRegisterOptions) {
    const { newId, nowUs, reader } = options;
    this.#options = options;
    const sealer = new Sealer(reader.deriveKey(SEAL_KEY_LABEL));
    this.#fileKey = reader.deriveKey(FILE_KEY_LABEL);
    this.#directory = new Directory(sealer);
    this.#book = new IdentityBook({
      directory: this.#directory,
      newId,
      nowUs,
      onRecord: (record) => this.#recorded(record),
      recordOne: (draft) => this.#record(draft),
      sealer,
    });
    this.#loaded = this.#load();
    this.#loaded.catch(() => {});
    this.#timer = setInterval(() => this.#keep(), INTERVAL_MS).unref();
  }

  /** Whether a person has signed their answer. @throws IdentityError */
  async checkSigned(user: string, answered: AnsweredHold, signed: SignedAnswer): Promise<CheckedAnswer> {
    await this.#loaded;
    const person = this.#directory.person(user);
    if (person === undefined) throw new IdentityError("USER_UNKNOWN", "only people sign answers");
    return checkSignedAnswer(this.#directory, person, answered, signed);
  }

  async known(): Promise<KnownIdentities> {
    await this.#loaded;
    return { snapshot: snapshotOf(this.#directory.state), usedMs: this.#usedMs() };
  }

  onRecord(listener: (record: IdentityRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A link for the first owner, when nobody was ever asked to be it. */
  async firstInvitation(): Promise<Invited | undefined> {
    await this.#loaded;
    const { invitations, people } = this.#directory.state;
    return invitations.size + people.size === 0 ? this.#book.inviteOwner(OPERATOR) : undefined;
  }

  async act(act: IdentityAct, request: unknown, by: Principal): Promise<unknown> {
    await this.#loaded;
    const book = this.#book;
    try {
      switch (act) {
        case "accept-invitation":
          return await book.accept(request);
        case "add-user":
          return await book.addUser(request, by);
        case "change-roles":
          return await book.changeRoles(request, by);
        case "change-totp":
          return await book.changeTotp(request, by);
        case "confirm-device":
          return await book.confirmDevice(by);
        case "create-token":
          return await book.createToken(request, by);
        case "invite-owner":
          return await book.inviteOwner(by);
        case "recover-owner":
          return await book.recoverOwner(request, by);
        case "end-session":
          return await book.endSession(request, by);
        case "name-sso":
          return await book.nameSso(request, by);
        case "lock":
          return await book.lock(request, by);
        case "note-access":
          return await this.#noteAccess(request, by);
        case "note-use":
          return this.#noteUse(by);
        case "remove-user":
          return await book.removeUser(request, by);
        case "reset-password":
          return await book.resetPassword(request, by);
        case "revoke-token":
          return await book.revokeToken(request, by);
        case "set-password":
          return await book.setPassword(request, by);
        case "sign-in":
          return await book.signIn(request);
        case "sign-in-passkey":
          return await book.signInWithPasskey(request);
        case "sign-in-sso":
          return await book.signInWithSso(request);
        case "enrol-key":
          return await book.enrolKey(request, by);
        case "confirm-key":
          return await book.confirmKey(request, by);
        case "remove-key":
          return await book.removeKey(request, by);
        case "sign-out":
          return await book.signOut(by);
      }
    } catch (error) {
      if (error instanceof LedgerError) throw new HttpProblem("ledger-unavailable", error.message);
      throw error;
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#book.settled();
    this.#keep();
  }

  async #noteAccess(request: unknown, by: Principal): Promise<void> {
    const { newId, nowUs, recordOne } = this.#options;
    await recordOne(accessDraft(request, by, { action: newId(), nowUs: nowUs() }));
  }

  #noteUse({ session }: Principal): void {
    if (session !== undefined) this.#directory.noteUse(session, this.#options.nowUs() / 1000);
  }

  async #record(draft: RecordDraft): Promise<number> {
    this.#recording += 1;
    try {
      return await this.#options.recordOne(draft);
    } catch (error) {
      this.#recording -= 1;
      throw error;
    }
  }

  #recorded(record: IdentityRecord): void {
    this.#recording -= 1;
    for (const listener of this.#listeners) listener(record);
    this.#keep();
  }

  async #load(): Promise<void> {
    const { directory, reader } = this.#options;
    const kept = readIdentityFile(directory, this.#fileKey, reader.size);
    this.#directory.replace(stateOf(kept.snapshot));
    // Nothing that lies beside the ledger is trusted with this. Only envelopes are read, and the few records they name.
    for await (const { i, t } of reader.envelopes(kept.size)) {
      if (!isIdentityType(t)) continue;
      const { payload } = await reader.entry(i);
      if (payload === undefined) continue;
      const { details = {}, time, type } = JSON.parse(payload.toString("utf8")) as AuditRecord;
      this.#directory.apply({ details, index: i, time, type });
    }
    for (const [session, atMs] of Object.entries(kept.usedMs)) this.#directory.noteUse(session, atMs);
    this.#isLoaded = true;
    this.#keep();
  }

  #usedMs(): Record<string, number> {
    const sessions = [...this.#directory.state.sessions.keys()];
    return Object.fromEntries(
      sessions.flatMap((id) => {
        const usedMs = this.#directory.usedMs(id);
        return usedMs === undefined ? [] : [[id, Math.floor(usedMs)] as const];
      }),
    );
  }

  /** Never fails: without the file a start takes longer, and that is all. */
  #keep(): void {
    if (!this.#isLoaded || this.#recording > 0) return;
    const { directory, size } = this.#options;
    try {
      const snapshot = snapshotOf(this.#directory.state);
      writeIdentityFile(directory, this.#fileKey, { size: size(), snapshot, usedMs: this.#usedMs() });
    } catch {
      // The disk failed: the ledger tells whoever records.
    }
  }
}
