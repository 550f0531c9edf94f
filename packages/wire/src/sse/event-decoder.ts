import { WireError } from "../error.ts";
import { LineSplitter } from "./line-splitter.ts";
import type { ServerSentEvent } from "./server-sent-event.ts";

export interface EventDecoderOptions {
  /** Bytes of one event, line ends included; a longer one ends the stream. */
  readonly eventBytesMax: number;
}

/**
 * Bytes to events, whatever the pieces are that they come in (WHATWG HTML, section 9.2.6: "interpreting an event stream").
 * Unlike a browser, it does not reconnect, so `retry` is passed over.
 */
export class EventDecoder {
  readonly #lines: LineSplitter;
  readonly #bytesMax: number;
  #name = "";
  #data: string[] = [];
  #id: string | undefined;
  #bytes = 0;

  constructor({ eventBytesMax }: EventDecoderOptions) {
    this.#lines = new LineSplitter(eventBytesMax);
    this.#bytesMax = eventBytesMax;
  }

  /** The events that are complete with this piece. @throws WireError MESSAGE_TOO_LONG */
  push(piece: Uint8Array): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    for (const line of this.#lines.push(piece)) this.#take(line, events);
    return events;
  }

  /** Whether bytes of an event have come that no blank line has ended: such an event is never dispatched. */
  get isInsideEvent(): boolean {
    return this.#bytes > 0 || this.#lines.isInsideLine;
  }

  #take(line: string, events: ServerSentEvent[]): void {
    if (line === "") {
      if (this.#data.length > 0)
        events.push({
          data: this.#data.join("\n"),
          event: this.#name === "" ? "message" : this.#name,
          ...(this.#id === undefined ? undefined : { id: this.#id }),
        });
      this.#name = "";
      this.#data = [];
      this.#bytes = 0;
      return;
    }
    this.#bytes += line.length;
    if (this.#bytes > this.#bytesMax)
      throw new WireError("MESSAGE_TOO_LONG", `an event is longer than ${this.#bytesMax} bytes`);
    this.#field(line);
  }

  #field(line: string): void {
    const colon = line.indexOf(":");
    // A line that begins with a colon is a comment, which keeps connections open.
    if (colon === 0) return;
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#name = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
  }
}
