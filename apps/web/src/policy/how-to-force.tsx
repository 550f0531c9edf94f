import { escapedParts, type PageKey, pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { BUILT_IN } from "./policy.ts";

/** The page writes no file: this is how a text comes into force. */
export function HowToForce({ origin }: { readonly origin: string }): ReactNode {
  const key: PageKey = origin === BUILT_IN ? "policy.force-new" : "policy.force-file";
  const words: Readonly<Record<string, string>> = {
    check: "custody policy check",
    file: origin,
    line: "policy: ./policy.yaml",
    reload: "custody config reload",
  };
  return (
    <div className="my-3 rounded-lg border border-line bg-sunken px-4 py-3">
      <h3 className="font-medium">{pageText("policy.force")}</h3>
      <p className="wrap-anywhere">
        {pageText(key)
          .split(/(\{[a-z]+\})/)
          .map((part) => {
            const word = words[part.slice(1, -1)];
            if (word === undefined || !part.startsWith("{")) return part;
            return (
              <code key={part} className="font-mono text-ink">
                {escapedParts(word)
                  .map(({ text }) => text)
                  .join("")}
              </code>
            );
          })}
      </p>
    </div>
  );
}
