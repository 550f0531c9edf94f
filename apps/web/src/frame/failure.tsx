import { pageText } from "@custody/messages";
import type { ErrorComponentProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { problemText } from "../api/problem-text.ts";
import { Notice } from "./notice.tsx";

/** A part of the page that threw; the rest goes on. */
export function Failure({ error, reset }: ErrorComponentProps): ReactNode {
  return (
    <Notice title={pageText("page.failed")}>
      <p className="mb-3">{problemText(error)}</p>
      <Button className="plain-button" onPress={reset}>
        {pageText("page.reload")}
      </Button>
    </Notice>
  );
}
