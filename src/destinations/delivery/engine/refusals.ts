import { type Doubt } from '../../contract/delivery-item.js';

/** What a doubtful refusal means, as far as it is known: a fault of the event, of the destination, or not decided yet. */
export type Verdict = 'event' | 'destination' | 'open';

/** Distinct events that must be refused before a destination that has accepted events counts as refusing all of them. */
const MANY = 5;
/** How long a destination must refuse everything, in ms: before its first success, and after one. */
const UNKNOWN_MS = 10_000;
const KNOWN_MS = 60_000;
/** How long an event is retried that is refused almost alone, in ms. */
const ALONE_MS = 5_000;
const FIRST_DELAY_MS = 1_500;
const LONGEST_DELAY_MS = 30_000;
/** So many refused events without a success between them are no burst of one sender: only probes may follow. */
const FLOOD = 1_000;
/** Upper limit of remembered events; one that is forgotten counts as refused for the first time. */
const MAX_REMEMBERED = 10_000;

/**
 * The doubtful refusals of one destination since its last success. A firewall refuses single events with the codes of refused
 * credentials, so what the others get decides. Only a call that started after a refusal can prove that the credentials still
 * hold. Times are ms of one monotonic clock.
 */
export class Refusals {
  /** When each undecided event was refused first, by origin. */
  private readonly first = new Map<string, number>();
  /** Refusals without a success between them. */
  private series: { readonly since: number; readonly origins: Set<string> } | undefined;
  /** Start of the latest call that the receiver accepted; undefined before the first one. */
  private acceptedFrom: number | undefined;

  /** Notes a call, by its start, of which the receiver has accepted an event. */
  accepted(startedAt: number): void {
    this.acceptedFrom = Math.max(startedAt, this.acceptedFrom ?? startedAt);
    if (this.series !== undefined && startedAt >= this.series.since) this.series = undefined;
  }

  /** Notes a refusal, and judges it. */
  refused(origin: string, doubt: Doubt, now: number): Verdict {
    const first = this.first.get(origin) ?? now;
    this.remember(origin, first);
    this.series ??= { since: now, origins: new Set() };
    const { since, origins } = this.series;
    if (origins.size < FLOOD) origins.add(origin);
    if (doubt === 'event' && this.isCleared(origin)) return this.decided(origin, 'event');
    const isKnown = this.acceptedFrom !== undefined;
    const isOfMany = origins.size >= MANY || doubt === 'moment';
    if (isKnown ? isOfMany && now - since >= KNOWN_MS : now - since >= UNKNOWN_MS) {
      this.series = undefined;
      this.first.clear();
      return 'destination';
    }
    const isAlone = isKnown && !isOfMany && now - first >= ALONE_MS;
    return isAlone ? this.decided(origin, 'event') : 'open';
  }

  /** Whether the receiver has accepted a call that started after it had refused this event. */
  isCleared(origin: string): boolean {
    const first = this.first.get(origin);
    return first !== undefined && this.acceptedFrom !== undefined && this.acceptedFrom >= first;
  }

  /** Whether so many events are refused that each further one would only add to the load. */
  get isFlood(): boolean {
    return (this.series?.origins.size ?? 0) >= FLOOD;
  }

  /** Time until the next attempt of an undecided event, in ms: as long as it has been refused, within bounds. */
  delayMs(origin: string, now: number): number {
    const lasted = now - (this.first.get(origin) ?? now);
    return Math.round(Math.min(Math.max(lasted, FIRST_DELAY_MS), LONGEST_DELAY_MS));
  }

  private decided(origin: string, verdict: Verdict): Verdict {
    this.first.delete(origin);
    return verdict;
  }

  private remember(origin: string, first: number): void {
    this.first.set(origin, first);
    if (this.first.size <= MAX_REMEMBERED) return;
    for (const oldest of this.first.keys()) {
      this.first.delete(oldest);
      break;
    }
  }
}
