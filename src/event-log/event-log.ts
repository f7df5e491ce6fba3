import { type Appender, type Durability, type LogHealth, type LogRecord, type LogRoom } from './appender.js';
import { Reader } from './reader.js';

/**
 * The durable log between ingestion and delivery (DESIGN 5.2), as its two drivers implement it: Kafka, or the local log.
 * Producers depend on `Appender` and consumers on `Reader`; only the module that owns the log uses all of it.
 */
export abstract class EventLog extends Reader implements Appender {
  /** Connects in the background and creates the topics; does not wait for an unreachable broker. */
  abstract start(): Promise<void>;
  abstract append(records: readonly LogRecord[]): Promise<Durability>;
  abstract health(): LogHealth;

  room(): LogRoom | undefined {
    return undefined;
  }

  override ownGroups(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  /** Waits for in-flight appends until their deadline, stops the subscriptions and disconnects. */
  abstract close(): Promise<void>;
}
