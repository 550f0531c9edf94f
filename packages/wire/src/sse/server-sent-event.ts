/** One event of a stream of server-sent events (WHATWG HTML, section 9.2). */
export interface ServerSentEvent {
  /** Its lines joined by line feeds, without the last one. */
  readonly data: string;
  /** What the event is called; `message` where the stream does not say. */
  readonly event: string;
  /** The identifier that was set last; undefined where none was. */
  readonly id?: string;
}
