import { parentPort } from "node:worker_threads";
import { checkText } from "./check-text.ts";
import type { OrderMessage, OrderName, PolicyOrders } from "./orders.ts";
import { TextReplay } from "./replay-text.ts";

/** A thread in which one text is looked at. Whatever it does, and however long, it can be ended. */

let replay: TextReplay | undefined;

const carryOut: {
  readonly [Name in OrderName]: (
    order: PolicyOrders[Name]["order"],
  ) => PolicyOrders[Name]["answer"] | Promise<PolicyOrders[Name]["answer"]>;
} = {
  check: ({ text }) => checkText(text),
  compile: (order) => {
    const begun = TextReplay.begin(order);
    if (!(begun instanceof TextReplay)) return { mistakes: begun };
    replay = begun;
    return { digest: begun.digest };
  },
  replay: ({ records, timeMs }) => begunReplay().ask(records, timeMs),
  totals: () => begunReplay().totals(),
};

function begunReplay(): TextReplay {
  if (replay === undefined) throw new Error("no policy was compiled before");
  return replay;
}

// What is thrown ends the thread, and is an error of whoever waits for it.
parentPort?.on("message", async ({ name, order }: OrderMessage) => {
  parentPort?.postMessage(await carryOut[name](order as never));
});
