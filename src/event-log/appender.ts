/** One record to append. The event log does not interpret it. */
export interface LogRecord {
  readonly topic: string;
  /** Records with the same key keep their order. */
  readonly key: string;
  readonly value: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Whether the event log can accept records, for readiness. */
export interface LogHealth {
  readonly ready: boolean;
  /** One plain sentence for an operator when not ready. */
  readonly detail?: string;
}

/** How full a log is that has a size limit of its own, in bytes of the disk. */
export interface LogRoom {
  readonly limit: number;
  /** Of all records. */
  readonly used: number;
  /** Of the records that cannot be removed, because a group has not read them. Once it reaches the limit, appends are refused. */
  readonly unread: number;
}

/** Where acknowledged records are: on all in-sync replicas of Kafka (`acks=all`), or fsynced on the disk of this machine. */
export type Durability = 'kafka' | 'disk';

/**
 * The part of the event log that producers use: the publisher, dead letters and readiness (DESIGN 5.2). A decorator of
 * this class alone can put another store in front of the log.
 */
export abstract class Appender {
  /**
   * Resolves once every record is durable, never before, with the weakest durability among them. Rejects within the append
   * deadline with LogUnavailable, LogOverloaded or RecordsRefused; some of the records may be in the log then.
   */
  abstract append(records: readonly LogRecord[]): Promise<Durability>;
  /** Whether an append would be accepted now. */
  abstract health(): LogHealth;
  /** Undefined for a log without a size limit of its own, such as Kafka. */
  abstract room(): LogRoom | undefined;
}
