import { type Chunk, concurrently, lanesOf, type PlacedDelivery } from './chunks.js';
import { type Pass } from './circuit.js';
import { type Delivery } from '../model/delivery.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { type Outcome } from '../model/outcome.js';

export interface AttemptOptions {
  /** The circuit's admission; without it nothing is attempted while the circuit is open. */
  readonly pass?: Pass;
  /** Order keys of users who have waiting deliveries. */
  readonly behind?: ReadonlySet<string>;
  /** Whether the destination has changed meanwhile, so that the rest is held and attempted with the new settings. */
  readonly isOutdated?: () => boolean;
  /** Time for in-flight calls after an abort, in ms, by its reason; undefined for that of a stopping process. */
  readonly graceMs?: (reason: unknown) => number | undefined;
}

/** The calls of an attempt. */
export interface Calls {
  /** Whether no further call may be made. */
  isOver(): boolean;
  /** Makes one call; one outcome per delivery, in order. */
  outcomesOf(deliveries: readonly Delivery[]): Promise<readonly Outcome[]>;
}

/**
 * One attempt of some deliveries: lane by lane, chunk by chunk. After the first call that may not be made, none is made, even
 * if it were permitted again: in each lane, held deliveries stand behind the attempted ones.
 */
export class Attempt {
  /** One per delivery; held until it is attempted. */
  readonly outcomes: Outcome[];
  private readonly waiting: Set<string>;
  private halted = false;

  constructor(
    private readonly destination: PreparedDestination,
    private readonly deliveries: readonly Delivery[],
    private readonly calls: Calls,
    behind: ReadonlySet<string>,
  ) {
    this.outcomes = deliveries.map(() => ({ kind: 'held', reason: 'not_tried', auth: false }));
    this.waiting = new Set(behind);
  }

  async run(): Promise<Outcome[]> {
    const { limits } = this.destination;
    const lanes = lanesOf(this.deliveries, limits);
    // Deliveries that are behind from the start need no call, so they are marked even where no call may be made.
    for (const chunk of lanes.flat()) this.free(chunk);
    await concurrently(lanes, limits.concurrency, async (lane) => {
      for (const chunk of lane) {
        const free = this.free(chunk);
        if (free.length === 0) continue;
        this.halted ||= this.calls.isOver();
        if (this.halted) return;
        await this.try(free);
      }
    });
    return this.outcomes;
  }

  /** The deliveries of a chunk whose users have none waiting; the others are marked as behind. */
  private free(chunk: Chunk): Chunk {
    return chunk.filter(({ index, orderKey }) => {
      if (orderKey === undefined || !this.waiting.has(orderKey)) return true;
      this.outcomes[index] = { kind: 'behind' };
      return false;
    });
  }

  private async try(chunk: Chunk): Promise<void> {
    const outcomes = await this.calls.outcomesOf(chunk.map(({ delivery }) => delivery));
    for (const [position, outcome] of outcomes.entries()) {
      const { index, orderKey } = chunk[position] as PlacedDelivery;
      this.outcomes[index] = outcome;
      const waits = outcome.kind === 'retry' && outcome.isDoubtful !== true;
      if (waits && orderKey !== undefined) this.waiting.add(orderKey);
      this.halted ||= outcome.kind === 'held' && outcome.auth;
    }
  }
}
