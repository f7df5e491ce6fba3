import { Logger } from '@nestjs/common';
import { Backoff, pause } from '../../../resilience/backoff.js';
import { type LogUnavailable } from '../../append-errors.js';
import { type LogHealth } from '../../appender.js';
import { unavailable } from '../client/kafka-fault.js';

/** Longest wait between two probes while something is wrong, and after which silence a probe is due. */
const FAILING_MS = 1_000;
const IDLE_MS = 3_000;

/**
 * Whether Kafka can accept durably now: what the last send said, or a probe where nothing is sent. Each new fault and
 * each recovery is one log line.
 */
export class BrokerHealth {
  private readonly logger = new Logger(BrokerHealth.name);
  private readonly stopping = new AbortController();
  private readonly backoff = new Backoff(250, FAILING_MS);
  /** Set until the first probe has passed: sends alone do not prove that every topic is there. */
  private fault: string | undefined = 'Kafka has not answered yet.';
  private probed = false;
  private lastGood = 0;

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

  /** What became of a send. */
  sent(error?: LogUnavailable): void {
    if (error !== undefined) this.failed(error);
    else if (this.probed) this.well();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      if (this.fault !== undefined || Date.now() - this.lastGood >= IDLE_MS) await this.ask();
      await pause(this.fault === undefined ? FAILING_MS : this.backoff.next(), signal);
    }
  }

  private async ask(): Promise<void> {
    try {
      await this.probe();
      this.probed = true;
      this.well();
    } catch (error) {
      this.probed = false;
      this.failed(unavailable(error));
    }
  }

  private well(): void {
    this.lastGood = Date.now();
    if (this.fault === undefined || this.stopping.signal.aborted) return;
    this.fault = undefined;
    this.backoff.reset();
    this.logger.log({ event: 'log.available' });
  }

  private failed({ message }: LogUnavailable): void {
    if (this.fault === message || this.stopping.signal.aborted) return;
    this.fault = message;
    this.logger.warn({ event: 'log.unavailable', detail: message });
  }
}
