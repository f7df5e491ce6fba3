import { setTimeout as pause } from 'node:timers/promises';
import { type Copy } from './tracked-message.js';

/** How often a claim of another collector is looked at again, in ms. */
const POLL_MS = 50;

/** The names that became durable in a round, or were before; known when the round is over. */
export type CopyOutcome = Promise<ReadonlySet<string>>;

/** Copies that a round could not decide: their twins are on the way, in other calls here or in other collectors. */
export interface Rest<Message> {
  readonly twins: readonly { readonly copy: Copy<Message>; readonly outcome: CopyOutcome }[];
  readonly elsewhere: readonly Copy<Message>[];
}

/** Waits for what is on the way; the copies that must be tried again, because their twin failed or is not ready in time. */
export async function undecided<Message>(
  { twins, elsewhere }: Rest<Message>,
  overdueAt: number,
): Promise<readonly Copy<Message>[]> {
  if (elsewhere.length > 0) await pause(POLL_MS);
  if (twins.length === 0) return elsewhere;
  const durable = await inTime(Promise.all(new Set(twins.map(({ outcome }) => outcome))), overdueAt);
  const failed = twins.filter(({ copy }) => !durable?.some((names) => names.has(copy.name)));
  return [...failed.map(({ copy }) => copy), ...elsewhere];
}

async function inTime<T>(work: Promise<T>, overdueAt: number): Promise<T | undefined> {
  const timer = new AbortController();
  const left = Math.max(overdueAt - performance.now(), 0);
  const late = pause(left, undefined, { signal: timer.signal }).catch(() => undefined);
  return Promise.race([work, late]).finally(() => timer.abort());
}
