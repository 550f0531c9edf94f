import { pageText } from "@custody/messages";
import { type ReactNode, useMemo, useState } from "react";
import { Button } from "react-aria-components/Button";
import { RecordedLines } from "../text/recorded-lines.tsx";
import { CopyButton } from "./copy-button.tsx";
import { Section } from "./section.tsx";

/** The recorded bytes: laid out to be read, copied as they are. */
export function RawSection({ payload }: { readonly payload: string }): ReactNode {
  const [isShown, setShown] = useState(false);
  const title = pageText("detail.raw");
  const laidOut = useMemo(() => (isShown ? layOut(payload) : ""), [isShown, payload]);
  return (
    <Section title={title} aside={<CopyButton text={() => payload} />}>
      {isShown ? (
        <RecordedLines text={laidOut} label={title} />
      ) : (
        <Button className="link-button" onPress={() => setShown(true)}>
          {pageText("detail.raw-show")}
        </Button>
      )}
    </Section>
  );
}

function layOut(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
