import { escapeText, pagePlural, pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { Recorded } from "../text/recorded.tsx";
import type { Checked, Effect, ExampleResult, Mistake } from "./policy.ts";

interface CheckResultProps {
  readonly checked: Checked;
  readonly onMistake: (mistake: Mistake) => void;
}

/** What is wrong with the text, or what became of the examples in it. */
export function CheckResult({ checked, onMistake }: CheckResultProps): ReactNode {
  const { digest, examples, mistakes, passed, results, run } = checked;
  return (
    <section aria-labelledby="policy-checked" className="mt-6" data-checked={mistakes.length === 0}>
      <h3 id="policy-checked" className="text-[15px] font-semibold">
        {pageText("policy.checked")}
      </h3>
      <div role="status">
        {digest === null ? (
          <p className="font-medium text-bad">{pagePlural("policy.mistakes", mistakes.length)}</p>
        ) : (
          <p className="wrap-anywhere">{pageText("policy.usable", { digest })}</p>
        )}
        {digest !== null && (
          <p className={passed < examples ? "font-medium text-bad" : ""}>
            {examples === 0
              ? pageText("policy.examples-none")
              : pagePlural("policy.examples", examples, { passed })}{" "}
            {run < examples && pageText("policy.examples-late", { run })}
          </p>
        )}
      </div>
      <ul id="policy-mistakes" className="flex flex-col gap-1">
        {mistakes.map((mistake) => (
          <li key={`${mistake.line}:${mistake.column}:${mistake.message}`}>
            <button type="button" className="link-button me-2" onClick={() => onMistake(mistake)}>
              {pageText("policy.mistake", { column: mistake.column, line: mistake.line })}
            </button>
            <Recorded text={mistake.message} />
          </li>
        ))}
      </ul>
      <ul className="mt-2 flex flex-col gap-1">
        {results.map((result) => (
          <Example key={result.name} result={result} />
        ))}
      </ul>
    </section>
  );
}

function Example({ result }: { readonly result: ExampleResult }): ReactNode {
  const { expected, got, name, passed, reasons } = result;
  return (
    <li data-example={passed ? "passed" : "failed"} className="flex flex-wrap items-baseline gap-x-3">
      <span className={`badge ${passed ? "bg-good-ground text-good" : "bg-bad-ground text-bad"}`}>
        {pageText(passed ? "policy.example-passed" : "policy.example-failed")}
      </span>
      <Recorded text={name} />
      {!passed && (
        <span className="text-ink-soft wrap-anywhere">
          {pageText("policy.example-expected", {
            got: got === null ? pageText("policy.example-nothing") : decisionText(got.effect, got.rule),
            wanted: decisionText(expected.effect, expected.rule),
          })}
          {reasons.length > 0 && `: ${escapeText(reasons.join(" "))}`}
        </span>
      )}
    </li>
  );
}

function decisionText(effect: Effect, rule: string | null): string {
  const word = pageText(`policy.effect.${effect}`);
  return rule === null ? word : pageText("policy.by-rule", { effect: word, rule: escapeText(rule) });
}
