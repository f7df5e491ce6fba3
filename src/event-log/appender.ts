/** One record to append. The event log does not know what it means. */
export interface LogRecord {
  readonly topic: string;
  /** Records of one key keep their order. */
  readonly key: string;
  readonly value: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface LogHealth {
  readonly ready: boolean;
  /** One plain sentence when not ready. */
  readonly detail?: string;
}

/** The part of the event log that producers use: the publisher, dead letters and readiness (DESIGN 5.2). */
export abstract class Appender {
  /**
   * Resolves when every record is durable (`acks=all`, or fsynced); never before. Rejects with LogUnavailable or
   * LogOverloaded within the append deadline; a record may then be in the log or not.
   */
  abstract append(records: readonly LogRecord[]): Promise<void>;
  /** Whether an append would be accepted now. */
  abstract health(): LogHealth;
}
