import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../../config/config.js';
import { Reader } from '../../../event-log/reader.js';
import { BatchDelivery } from './batch-delivery.js';
import { Circuits } from '../engine/circuits.js';
import { DestinationConsumer } from './destination-consumer.js';
import { DestinationDirectory } from '../directory/destination-directory.js';
import { batchSize } from '../model/gathering.js';
import { RetryLanes } from '../retry/retry-lanes.js';

/** Longest that the start waits for the subscriptions, and the stop for the batches at work. */
const PATIENCE_MS = 7_000;

/**
 * Keeps one consumer per destination, as the directory has them. At start all of them stand before the HTTP listener does;
 * with a log that is away they follow in the background. At the end consumers and retries stop together, so that the grace for
 * what is under way passes once; Bull, the database and the log close in later hooks.
 */
@Injectable()
export class DeliverySupervisor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly consumers = new Map<string, DestinationConsumer>();
  private stopped = false;

  constructor(
    private readonly directory: DestinationDirectory,
    private readonly delivery: BatchDelivery,
    private readonly retries: RetryLanes,
    private readonly circuits: Circuits,
    private readonly reader: Reader,
    private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.directory.onChange(() => void this.reconcile());
    await this.directory.start();
    await patiently(this.reconcile());
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    const stops = [...this.consumers.values()].map((consumer) => consumer.set('stopped'));
    await patiently(Promise.all([...stops, this.retries.stop()]));
  }

  private async reconcile(): Promise<void> {
    if (this.stopped) return;
    const existing = this.directory.existing();
    this.circuits.keepOnly(existing);
    const gone = [...this.consumers].filter(([id]) => !existing.has(id));
    const ends = gone.map(([id, consumer]) => {
      this.consumers.delete(id);
      return consumer.set('gone');
    });
    const changes = [...existing].map(([id, since]) => this.settle(id, this.consumerOf(id, since)));
    await Promise.all([...ends, ...changes]);
  }

  /** A disabled destination is read on, so that what it skips is over. */
  private settle(id: string, consumer: DestinationConsumer): Promise<void> {
    const destination = this.directory.find(id);
    if (destination === undefined) return consumer.set('stopped');
    const { state, limits } = destination;
    return consumer.set(state === 'paused' ? 'paused' : 'running', batchSize(limits));
  }

  private consumerOf(id: string, since: Date): DestinationConsumer {
    const consumer =
      this.consumers.get(id) ??
      new DestinationConsumer(id, since, this.config.EVENTS_TOPIC, this.reader, (batch, control) =>
        this.delivery.deliver(id, batch, control),
      );
    this.consumers.set(id, consumer);
    return consumer;
  }
}

async function patiently(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
  await Promise.race([work, over]);
  clearTimeout(timer);
}
