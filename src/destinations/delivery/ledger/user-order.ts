import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Outage } from '../../../resilience/outage.js';
import { withDeadline } from '../../../resilience/time-limit.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { type Delivery } from '../model/delivery.js';
import { orderKeyOf } from '../model/order-key.js';
import { untilRecorded } from './recording.js';
import { RetryLedger } from './retry-ledger.js';

/** Something to attempt, with its delivery. */
interface WithDelivery {
  readonly delivery: Delivery;
}

const NO_USERS: ReadonlySet<string> = new Set();
/**
 * For so long, in ms, an answer that no delivery waits holds for the partition it was asked for. Meanwhile only the consumer of that
 * partition, which is in this process, can make one of its users wait, and the ledger knows of that.
 */
const FRESH_MS = 1_000;
/** Partitions are forgotten beyond this number, and asked for again. */
const MOST_PARTITIONS = 50_000;
/** How long a start waits for the first answer of Postgres, in ms. */
const LEARNING_MS = 2_000;

/**
 * Keeps new events behind waiting deliveries of the same user, for destinations that want order. While Postgres is unavailable no
 * process can add a delivery: a destination of which no delivery waited before goes on, because its order needs no ledger. One
 * with waiting deliveries waits. A partition that moves to another process during the outage may bring users whose deliveries
 * only the former process knew; that process asked Postgres last.
 */
@Injectable()
export class UserOrder implements OnApplicationBootstrap {
  private readonly logger = new Logger(UserOrder.name);
  /** When Postgres was last asked, by destination and partition. */
  private readonly askedAt = new Map<string, number>();
  private readonly outage = new Outage(this.logger, { lost: 'delivery.order_from_memory' });

  constructor(private readonly ledger: RetryLedger) {}

  /** Without an answer the first batch of each destination asks again. */
  async onApplicationBootstrap(): Promise<void> {
    await withDeadline(
      this.ledger.learnOrder().catch((error: unknown) => this.outage.failed(error)),
      LEARNING_MS,
    );
  }

  /** Order keys of those users in a batch who have waiting deliveries; at most one query. */
  async waiting(
    { id, limits }: PreparedDestination,
    candidates: readonly WithDelivery[],
    signal: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    const [first] = candidates;
    if (limits.ordering === 'none' || first === undefined) return NO_USERS;
    const partition = `${id} ${partitionOf(first)}`;
    const askedAt = this.askedAt.get(partition) ?? -Infinity;
    if (performance.now() - askedAt < FRESH_MS && this.ledger.hasNoUsersWaiting(id)) return NO_USERS;
    const keys = new Set(candidates.flatMap(({ delivery }) => orderKeyOf(delivery.item) ?? []));
    const users = await untilRecorded('order', id, signal, () => this.usersWaiting(id, [...keys]));
    if (this.askedAt.size >= MOST_PARTITIONS) this.askedAt.clear();
    this.askedAt.set(partition, performance.now());
    return new Set(users);
  }

  private async usersWaiting(id: string, keys: readonly string[]): Promise<readonly string[]> {
    try {
      const users = await this.ledger.usersWaiting(id, keys);
      this.outage.recovered();
      return users;
    } catch (error) {
      if (!this.ledger.hasNoUsersWaiting(id)) throw error;
      this.outage.failed(error);
      return [];
    }
  }

  /** The candidates of a probe: the first delivery that may be attempted, and those before it, which are behind. */
  untilFirstFree<C extends WithDelivery>(
    { limits }: PreparedDestination,
    candidates: readonly C[],
    behind: ReadonlySet<string>,
  ): readonly C[] {
    if (limits.ordering === 'none') return candidates.slice(0, 1);
    const first = candidates.findIndex(({ delivery }) => {
      const key = orderKeyOf(delivery.item);
      return key === undefined || !behind.has(key);
    });
    return candidates.slice(0, first + 1);
  }
}

/** An origin without its last part: the topic and the partition, or the replay. All candidates of an attempt share it. */
const partitionOf = ({ delivery: { origin } }: WithDelivery): string =>
  origin.slice(0, origin.lastIndexOf('/'));
