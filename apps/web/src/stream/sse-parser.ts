/** One event of a stream of server-sent events. */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
  /** The last id that was sent, by this event or an earlier one. */
  readonly id: string;
}

/**
 * Reads `text/event-stream` (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream)
 * however it is cut into pieces. The browser's own EventSource cannot send an Authorization header.
 */
export class SseParser {
  #rest = "";
  #isStart = true;
  #event = "";
  #data: string[] = [];
  #id = "";

  /** Takes the next piece of the stream, and gives the events that it completes. */
  push(piece: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    this.#rest += piece;
    if (this.#isStart && this.#rest.length > 0) {
      this.#isStart = false;
      if (this.#rest.startsWith("\ufeff")) this.#rest = this.#rest.slice(1);
    }
    let start = 0;
    for (const { 0: end, index } of this.#rest.matchAll(/\r\n|\n|\r/g)) {
      // A carriage return at the very end may be the first half of a line's end.
      if (end === "\r" && index === this.#rest.length - 1) break;
      const event = this.#line(this.#rest.slice(start, index));
      if (event !== undefined) events.push(event);
      start = index + end.length;
    }
    this.#rest = this.#rest.slice(start);
    return events;
  }

  #line(line: string): StreamEvent | undefined {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    return undefined;
  }

  #dispatch(): StreamEvent | undefined {
    const [event, data] = [this.#event || "message", this.#data];
    this.#event = "";
    this.#data = [];
    return data.length === 0 ? undefined : { event, data: data.join("\n"), id: this.#id };
  }
}
