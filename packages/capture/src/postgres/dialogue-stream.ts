/** Where the messages of a dialogue go, and come from. */
export interface DialogueStream {
  write(bytes: Buffer): void;
  /** The next chunk; undefined when the other side is gone. */
  read(): Promise<Buffer | undefined>;
  /** The error with which the server ends the connection. */
  lastWord?(raw: Buffer): void;
  /** NotificationResponse can come at any time, and is for whoever listens. */
  notified?(raw: Buffer): void;
  /** ParameterStatus: what the server has set another value of, whatever was asked. */
  parameterStatus?(raw: Buffer): void;
  /** The ParameterStatus of all that has another value than the client knows of, taken once. */
  takeStatuses?(): readonly Buffer[];
}
