import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Config } from '../../../config/config.js';
import { Conditions } from '../../../health/conditions.js';
import { withDeadline } from '../../../resilience/time-limit.js';
import { type Interest, type OnBatch, Reader } from '../../../event-log/reader.js';
import { BacklogWatch } from '../backlog/backlog-watch.js';
import { BatchDelivery } from './batch-delivery.js';
import { Circuits } from '../engine/circuits.js';
import { DestinationConsumer } from './destination-consumer.js';
import { DestinationDirectory } from '../directory/destination-directory.js';
import { WaitingLimit } from '../ledger/waiting-limit.js';
import { batchSize } from '../model/gathering.js';
import { DEFAULT_LIMITS } from '../../contract/handler.js';
import { RetryLanes } from '../retry/retry-lanes.js';

/** How long a start without HTTP waits for subscriptions, and the stop for batches in delivery. */
const DEADLINE_MS = 7_000;

/**
 * For this time after its creation, in ms, a destination passes no event of an unconnected source before the process has looked
 * for connections again: the first ones are made right after the destination, and other processes know them a second later.
 */
const YOUNG_MS = 10_000;
/** Clocks of processes may differ by so much, in ms. */
const SKEW_MS = 100;

const PAUSED = 'deliveries of this instance are paused (DELIVERY_PAUSED)';

/**
 * Keeps one consumer per destination of the directory. Consumers and retries start after the HTTP listener, so that an
 * administrator can pause a destination whose deliveries end the process; with DELIVERY_PAUSED they do not start at all. At
 * shutdown they stop together, so that in-flight calls have one grace; timers, database and log close in later hooks.
 */
@Injectable()
export class DeliverySupervisor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(DeliverySupervisor.name);
  private readonly consumers = new Map<string, DestinationConsumer>();
  private stopped = false;

  constructor(
    private readonly directory: DestinationDirectory,
    private readonly delivery: BatchDelivery,
    private readonly retries: RetryLanes,
    private readonly circuits: Circuits,
    private readonly backlogs: BacklogWatch,
    private readonly waiting: WaitingLimit,
    private readonly reader: Reader,
    private readonly config: Config,
    private readonly conditions: Conditions,
    private readonly http: HttpAdapterHost,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.DELIVERY_PAUSED) {
      this.logger.warn({ event: 'delivery.paused', reason: PAUSED });
      this.conditions.add(() => PAUSED);
      return;
    }
    await this.directory.start();
    // An application without HTTP has no adapter, although the types say so.
    const isWithHttp = (this.http.httpAdapter as unknown) !== undefined;
    if (isWithHttp) this.http.listen$.subscribe(() => void this.begin());
    else await withDeadline(this.begin(), DEADLINE_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    const stops = [...this.consumers.values()].map((consumer) => consumer.set('stopped'));
    await withDeadline(Promise.all([...stops, this.retries.stop(), this.backlogs.stop()]), DEADLINE_MS);
  }

  private async begin(): Promise<void> {
    if (this.stopped) return;
    for (const changing of [this.directory, this.backlogs]) changing.onChange(() => void this.reconcile());
    this.retries.start();
    await this.reconcile();
    this.backlogs.start();
  }

  private async reconcile(): Promise<void> {
    if (this.stopped) return;
    const existing = this.directory.existing();
    this.circuits.keepOnly(existing);
    this.waiting.keepOnly(existing);
    const gone = [...this.consumers].filter(([id]) => !existing.has(id));
    const ends = gone.map(([id, consumer]) => {
      this.consumers.delete(id);
      return consumer.set('gone');
    });
    const changes = [...existing].map(([id, since]) => this.settle(id, this.consumerOf(id, since)));
    await Promise.all([...ends, ...changes]);
  }

  /**
   * A disabled destination keeps its consumer, so that the events it filters are committed and do not pile up. One whose backlog
   * is shed needs a consumer even where it is paused or unusable.
   */
  private settle(id: string, consumer: DestinationConsumer): Promise<void> {
    const destination = this.directory.find(id);
    const sheds = this.backlogs.planOf(id) !== undefined;
    if (destination === undefined)
      return consumer.set(sheds ? 'running' : 'stopped', batchSize(DEFAULT_LIMITS));
    const { state, limits } = destination;
    return consumer.set(state === 'paused' && !sheds ? 'paused' : 'running', batchSize(limits));
  }

  private consumerOf(id: string, since: Date): DestinationConsumer {
    const known = this.consumers.get(id);
    if (known !== undefined) return known;
    const onBatch: OnBatch = (batch, control) => this.delivery.deliver(id, batch, control);
    const topic = this.config.EVENTS_TOPIC;
    const interest = this.interestOf(id, since);
    const consumer = new DestinationConsumer(id, since, topic, this.reader, onBatch, interest);
    this.consumers.set(id, consumer);
    return consumer;
  }

  /**
   * The events of the connected sources. A destination that cannot be used keeps all events. The local log has one process, which
   * has loaded a connection before its creation is answered, so no event of it can come too early.
   */
  private interestOf(id: string, since: Date): Interest {
    const interest: Interest = {
      header: 'source',
      wants: (source) => this.directory.find(id)?.sources.has(source) ?? true,
    };
    if (this.config.KAFKA_BROKERS === undefined) return interest;
    const young = since.getTime() + YOUNG_MS;
    const isFinal = (appendedAt: number): boolean =>
      appendedAt >= young || appendedAt < this.directory.freshAt - SKEW_MS;
    return { ...interest, isFinal };
  }
}
