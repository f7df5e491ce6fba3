import { Logger } from '@nestjs/common';
import { Backoff } from '../../../resilience/backoff.js';
import { sleepUnlessAborted } from '../../../resilience/pauses.js';
import { reasonOf } from '../../../resilience/reason-of.js';
import { type LogUnavailable } from '../../append-errors.js';
import { type LogHealth } from '../../appender.js';
import { logUnavailable } from '../client/kafka-errors.js';

/** Longest wait between two probes in an outage, in ms. */
const FAILING_MS = 1_000;
/** Without a success for this time a probe is due, in ms. */
const IDLE_MS = 3_000;

/**
 * Whether Kafka can accept durably now, from the outcome of the last send, or of a probe while no send happens. Logs each
 * new fault and each recovery once; the faults of one outage may differ, and the operator needs the last one.
 */
export class BrokerHealth {
  private readonly logger = new Logger(BrokerHealth.name);
  private readonly stopping = new AbortController();
  private readonly backoff = new Backoff(250, FAILING_MS);
  /** Set until the first probe succeeds: a send does not prove that every topic exists. */
  private fault: string | undefined = 'Kafka has not answered yet.';
  private probed = false;
  private lastSuccess = 0;

  constructor(private readonly probe: () => Promise<void>) {}

  state(): LogHealth {
    return this.fault === undefined ? { ready: true } : { ready: false, detail: this.fault };
  }

  /** Probes in the background until `stop`. */
  start(): void {
    void this.run();
  }

  stop(): void {
    this.stopping.abort();
    this.fault = 'The connection to Kafka is closed.';
  }

  /** Takes the outcome of a send; `error` is absent when it was acknowledged. */
  sendEnded(error?: LogUnavailable): void {
    if (error !== undefined) this.failed(error);
    else if (this.probed) this.succeeded();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      if (this.fault !== undefined || Date.now() - this.lastSuccess >= IDLE_MS) await this.runProbe();
      await sleepUnlessAborted(this.fault === undefined ? FAILING_MS : this.backoff.next(), signal);
    }
  }

  private async runProbe(): Promise<void> {
    try {
      await this.probe();
      this.probed = true;
      this.succeeded();
    } catch (error) {
      this.probed = false;
      this.failed(logUnavailable(error));
    }
  }

  private succeeded(): void {
    this.lastSuccess = Date.now();
    if (this.fault === undefined || this.stopping.signal.aborted) return;
    this.fault = undefined;
    this.backoff.reset();
    this.logger.log({ event: 'log.available' });
  }

  private failed(error: LogUnavailable): void {
    if (this.fault === error.message || this.stopping.signal.aborted) return;
    this.fault = error.message;
    this.logger.warn({ event: 'log.unavailable', reason: reasonOf(error) });
  }
}
