/** What somebody answers to a hold. */
export interface AnsweredHold {
  readonly hold: string;
  /** The digest of what they were shown. */
  readonly shown: string;
  readonly verdict: "approve" | "deny";
}

/** Of an SSH signature: one that was made for files or commits is none of these. */
export const APPROVAL_NAMESPACE = "custody-approval";

/**
 * What is signed, line by line. Its first line is in no other text that anybody signs, and the id of a hold is never used
 * again: so the signature answers this one hold, with what was shown of it, and nothing else.
 */
export function approvalText({ hold, shown, verdict }: AnsweredHold): string {
  return `custody-approval/v1\nhold ${hold}\nshown ${shown}\nverdict ${verdict}\n`;
}

/** What a passkey is given to sign: the SHA-256 of the text. */
export async function approvalChallenge(answered: AnsweredHold): Promise<Uint8Array<ArrayBuffer>> {
  const text = new TextEncoder().encode(approvalText(answered));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", text));
}
