import { type Consumer } from 'kafkajs';
import { sleepUnlessAborted } from '../../../resilience/pauses.js';
import { LogUnavailable } from '../../append-errors.js';

/** A consumer without an assignment for this time counts as stuck, in ms. */
const JOIN_TIMEOUT_MS = 60_000;

/** Reports a consumer that gets no partitions from its group: kafkajs can wait for them forever. */
export class AssignmentWatch {
  private wait = new AbortController();

  constructor(
    consumer: Consumer,
    private readonly group: string,
    private readonly onStuck: (error: LogUnavailable) => void,
    private readonly timeoutMs = JOIN_TIMEOUT_MS,
  ) {
    const { events } = consumer;
    consumer.on(events.REBALANCING, () => void this.expect());
    consumer.on(events.GROUP_JOIN, () => this.stop());
    void this.expect();
  }

  stop(): void {
    this.wait.abort();
  }

  private async expect(): Promise<void> {
    this.wait.abort();
    this.wait = new AbortController();
    const { signal } = this.wait;
    await sleepUnlessAborted(this.timeoutMs, signal);
    if (!signal.aborted) this.onStuck(new LogUnavailable(`The group ${this.group} gives no assignment.`));
  }
}
