import { type PageKey, pageText, reveal } from "@custody/messages";
import { type UseMutationResult, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { problemText } from "../api/problem-text.ts";
import { request, requestJson } from "../api/request.ts";
import { FREEZES_KEY } from "./freeze.ts";

const MINUTES: readonly (readonly [PageKey, number | undefined])[] = [
  ["freeze.for.open", undefined],
  ["freeze.for.quarter", 15],
  ["freeze.for.hour", 60],
  ["freeze.for.shift", 480],
];

/** Asks what is to be frozen, why and for how long. */
export default function FreezeDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [target, setTarget] = useState("");
  const [reason, setReason] = useState("");
  const [choice, setChoice] = useState(0);
  const targets = useTargets();
  const freeze = useFreeze(onClose);
  function submit(event: FormEvent): void {
    event.preventDefault();
    const minutes = MINUTES[choice]?.[1];
    const until = minutes === undefined ? undefined : new Date(Date.now() + minutes * 60_000).toISOString();
    freeze.mutate({ reason, ...(target !== "" && { target }), ...(until !== undefined && { until }) });
  }
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(isOpen) => isOpen || onClose()}
      className="fixed inset-0 z-50 flex items-center justify-center bg-ink/30 p-4 dark:bg-ground/70"
    >
      <Modal className="w-full max-w-md rounded-xl border border-line bg-raised shadow-(--shadow-raised)">
        <Dialog className="p-5 outline-none">
          <Heading slot="title" className="text-[15px] font-semibold">
            {pageText("freeze.title")}
          </Heading>
          <p className="mb-3 text-ink-soft">{pageText("freeze.lead")}</p>
          <form onSubmit={submit} className="flex flex-col gap-3">
            <label className="flex flex-col gap-1 text-ink-soft">
              {pageText("freeze.scope")}
              <select className="field" value={target} onChange={(event) => setTarget(event.target.value)}>
                <option value="">{pageText("freeze.scope.all")}</option>
                {targets.map((name) => (
                  <option key={name} value={name}>
                    {pageText("freeze.scope.target", { name: reveal(name).text })}
                  </option>
                ))}
              </select>
            </label>
            <label className="flex flex-col gap-1 text-ink-soft">
              {pageText("freeze.reason")}
              <input
                className="field"
                value={reason}
                maxLength={1000}
                required
                autoComplete="off"
                onChange={(event) => setReason(event.target.value)}
              />
            </label>
            <label className="flex flex-col gap-1 text-ink-soft">
              {pageText("freeze.for")}
              <select
                className="field"
                value={choice}
                onChange={(event) => setChoice(Number(event.target.value))}
              >
                {MINUTES.map(([key], at) => (
                  <option key={key} value={at}>
                    {pageText(key)}
                  </option>
                ))}
              </select>
            </label>
            <p role="alert" className="text-bad empty:hidden">
              {freeze.isError && problemText(freeze.error)}
            </p>
            <div className="flex gap-3">
              <button type="submit" className="primary-button" disabled={freeze.isPending}>
                {pageText(freeze.isPending ? "freeze.busy" : "freeze.submit")}
              </button>
              <button type="button" className="plain-button h-9" onClick={onClose}>
                {pageText("freeze.cancel")}
              </button>
            </div>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface FreezeRequest {
  readonly reason: string;
  readonly target?: string;
  readonly until?: string;
}

function useFreeze(onDone: () => void): UseMutationResult<void, Error, FreezeRequest> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: FreezeRequest) => {
      await request("/api/freeze", { body });
    },
    onSuccess: onDone,
    onSettled: () => queries.invalidateQueries({ queryKey: [FREEZES_KEY] }),
  });
}

function useTargets(): readonly string[] {
  const { data } = useQuery({
    queryKey: ["targets-to-freeze"],
    queryFn: ({ signal }) =>
      requestJson<{ readonly targets: readonly { readonly name: string }[] }>("/api/status", { signal }),
  });
  return data?.targets.map(({ name }) => name) ?? [];
}
