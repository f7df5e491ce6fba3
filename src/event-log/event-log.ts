import { type Appender, type LogHealth, type LogRecord } from './appender.js';
import { Reader } from './reader.js';

/**
 * The durable log between ingestion and delivery (DESIGN 5.2), as its two drivers implement it: Kafka, or the local log.
 * Producers depend on `Appender` and consumers on `Reader`; only the module that owns the log uses all of it.
 */
export abstract class EventLog extends Reader implements Appender {
  /** Connects in the background and creates the topics; resolves without waiting for a broker that is away. */
  abstract start(): Promise<void>;
  abstract append(records: readonly LogRecord[]): Promise<void>;
  abstract health(): LogHealth;
  /** Answers what is in flight, stops subscriptions, disconnects. */
  abstract close(): Promise<void>;
}
