import { sleep } from '../resilience/pauses.js';
import { withDeadline } from '../resilience/time-limit.js';
import { type TrackedMessage } from './tracked-message.js';

/** Wait before a claim of another collector is checked again, in ms. */
const POLL_MS = 50;

/** Resolves at the end of a claim to the names that are durable by then. */
type ClaimEnd = Promise<ReadonlySet<string>>;

/** Messages of a claim that are neither fresh nor known as durable: another copy of each is in flight. */
export interface Undecided<Message> {
  /** The other copy is held by a claim of this process. */
  readonly here: readonly { readonly tracked: TrackedMessage<Message>; readonly end: ClaimEnd }[];
  /** The other copy is claimed by another collector. */
  readonly elsewhere: readonly TrackedMessage<Message>[];
}

/** The messages that claims of this process hold. */
export class InFlightMessages {
  private readonly ends = new Map<string, ClaimEnd>();

  /** Separates messages that no claim holds from copies of held ones. */
  separate<Message>(messages: readonly TrackedMessage<Message>[]): {
    readonly free: readonly TrackedMessage<Message>[];
    readonly held: Undecided<Message>['here'];
  } {
    const free: TrackedMessage<Message>[] = [];
    const held: { tracked: TrackedMessage<Message>; end: ClaimEnd }[] = [];
    for (const tracked of messages) {
      const end = this.ends.get(tracked.name);
      if (end === undefined) free.push(tracked);
      else held.push({ tracked, end });
    }
    return { free, held };
  }

  /** Holds the messages for one claim; the returned function ends it. One promise, however many messages there are. */
  hold(messages: readonly TrackedMessage<unknown>[]): (durable: ReadonlySet<string>) => void {
    let settle: (durable: ReadonlySet<string>) => void = () => undefined;
    const end: ClaimEnd = new Promise((resolve) => (settle = resolve));
    for (const { name } of messages) this.ends.set(name, end);
    return (durable) => {
      for (const { name } of messages) if (this.ends.get(name) === end) this.ends.delete(name);
      settle(durable);
    };
  }
}

/**
 * Waits for the other copies of undecided messages, until `overdueAt` by the clock of `performance.now()`. Resolves to the
 * messages that must be claimed again: their other copy failed, is pending at another collector, or is overdue.
 */
export async function claimableAgain<Message>(
  { here, elsewhere }: Undecided<Message>,
  overdueAt: number,
): Promise<readonly TrackedMessage<Message>[]> {
  if (elsewhere.length > 0) await sleep(POLL_MS);
  if (here.length === 0) return elsewhere;
  const ends = Promise.all(new Set(here.map(({ end }) => end)));
  const durable = await withDeadline(ends, Math.max(overdueAt - performance.now(), 0));
  const failed = here.filter(({ tracked }) => !durable?.some((names) => names.has(tracked.name)));
  return [...failed.map(({ tracked }) => tracked), ...elsewhere];
}
