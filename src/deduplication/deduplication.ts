import { deduplicationSkipped } from '../metrics/counters.js';
import { type Copy, distinct, type Identified } from './tracked-message.js';
import { type GuardedStore } from './guarded-store.js';
import { type CopyOutcome, type Rest, undecided } from './in-flight-duplicates.js';

/** A little more than an append may take: no copy waits longer than this for the outcome of another one, in ms. */
const PATIENCE_MS = 3_000;

type Publish<Message> = (messages: readonly Message[]) => Promise<void>;

/**
 * Lets the first copy of each message pass and no other (WIRE 3.6). An id is claimed before its message is published,
 * confirmed once that is durable and before the call is answered, and given up when it failed: only a confirmed first
 * copy makes others duplicates, so nothing is dropped that was not acknowledged.
 */
export class Deduplication {
  private readonly inFlight = new Map<string, CopyOutcome>();

  /** Without a store every message is a first copy. */
  constructor(private readonly store: GuardedStore | undefined) {}

  /**
   * Calls `publish` with the first copies: at least once, and again with those whose twin elsewhere has failed meanwhile.
   * While it waits for a twin it holds no claim, so that no two calls wait for each other. Rejects as `publish` does.
   */
  async once<Message extends Identified>(
    sourceId: string,
    messages: readonly Message[],
    publish: Publish<Message>,
  ): Promise<void> {
    if (this.store === undefined) return publish(messages);
    const again: Publish<Message> = async (late) => (late.length > 0 ? publish(late) : undefined);
    let rest = await this.round(this.store, distinct(sourceId, messages), publish, false);
    const overdueAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const left = await undecided(rest, overdueAt);
      if (left.length === 0) return;
      rest = await this.round(this.store, left, again, performance.now() >= overdueAt);
    }
  }

  async close(): Promise<void> {
    await this.store?.close();
  }

  /** What is overdue has waited enough: that a copy is pending elsewhere does not hold it back any more. */
  private async round<Message>(
    store: GuardedStore,
    copies: readonly Copy<Message>[],
    publish: Publish<Message>,
    overdue: boolean,
  ): Promise<Rest<Message>> {
    const { mine, twins } = overdue ? { mine: copies, twins: [] } : this.sort(copies);
    const { durable, finish } = this.begin(mine);
    try {
      const standings = await store.claim(mine.map(({ key }) => key));
      const first: Copy<Message>[] = [];
      const elsewhere: Copy<Message>[] = [];
      mine.forEach((copy, index) => {
        const standing = standings?.[index] ?? 'claimed';
        if (standing === 'confirmed') durable.add(copy.name);
        else (standing === 'claimed' || overdue ? first : elsewhere).push(copy);
      });
      await settle(store, first, publish, standings !== undefined);
      for (const { name } of first) durable.add(name);
      return { twins, elsewhere };
    } finally {
      finish();
    }
  }

  private sort<Message>(copies: readonly Copy<Message>[]) {
    const mine: Copy<Message>[] = [];
    const twins: { copy: Copy<Message>; outcome: CopyOutcome }[] = [];
    for (const copy of copies) {
      const outcome = this.inFlight.get(copy.name);
      if (outcome === undefined) mine.push(copy);
      else twins.push({ copy, outcome });
    }
    return { mine, twins };
  }

  /** One promise for a whole round, however many messages it has. */
  private begin(copies: readonly Copy<unknown>[]): { durable: Set<string>; finish: () => void } {
    const durable = new Set<string>();
    let settled: (durable: ReadonlySet<string>) => void = () => undefined;
    const outcome: CopyOutcome = new Promise((resolve) => (settled = resolve));
    for (const { name } of copies) this.inFlight.set(name, outcome);
    const finish = (): void => {
      for (const { name } of copies) if (this.inFlight.get(name) === outcome) this.inFlight.delete(name);
      settled(durable);
    };
    return { durable, finish };
  }
}

/** Publishes and confirms, or publishes nothing and gives the claims back. `known`: whether the store could be asked. */
async function settle<Message>(
  store: GuardedStore,
  copies: readonly Copy<Message>[],
  publish: Publish<Message>,
  known: boolean,
): Promise<void> {
  const keys = copies.map(({ key }) => key);
  try {
    await publish(copies.map(({ message }) => message));
  } catch (error) {
    await store.release(keys);
    throw error;
  }
  const remembered = await store.confirm(keys);
  if (!known || !remembered) deduplicationSkipped.inc(copies.length);
}
