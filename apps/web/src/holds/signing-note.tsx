import { pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Signing } from "./use-signing.ts";

interface SigningNoteProps {
  readonly signing: Signing;
  /** The hold's rule asks for it. */
  readonly isDemanded: boolean;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
}

/** Whether a yes is signed: a choice, or what is asked for, and then what is missing for it. */
export function SigningNote({ isChosen, isDemanded, onChoose, signing }: SigningNoteProps): ReactNode {
  const { hasNone, signer, why } = signing;
  if (!isDemanded)
    return signer === undefined ? null : (
      <label className="flex items-center gap-2">
        <input type="checkbox" checked={isChosen} onChange={(event) => onChoose(event.target.checked)} />
        {pageText("holds.sign-choose")}
      </label>
    );
  if (signer !== undefined) return <p className="text-ink-soft">{pageText("holds.sign-demanded")}</p>;
  return (
    <p className="text-caution">
      {pageText("holds.sign-demanded")} {why} {pageText("holds.sign-deny")}{" "}
      {hasNone && (
        <Link to={"/keys" as string} className="link-button">
          {pageText("keys.title")}
        </Link>
      )}
    </p>
  );
}
