/** Where the messages of a dialogue go, and come from. */
export interface DialogueStream {
  write(bytes: Buffer): void;
  /** The next chunk; undefined when the other side is gone. */
  read(): Promise<Buffer | undefined>;
  /** NotificationResponse can come at any time, and is for whoever listens. */
  notified?(raw: Buffer): void;
}
