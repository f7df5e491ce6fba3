import { setImmediate as nextTurn, setTimeout as timeout } from 'node:timers/promises';

/** Resolves after `ms`. */
export async function sleep(ms: number): Promise<void> {
  await timeout(ms);
}

/** Resolves after `ms`, or at once when the signal aborts; never rejects. With `ref: false` it lets the process end. */
export async function sleepUnlessAborted(
  ms: number,
  signal: AbortSignal,
  options: { readonly ref?: boolean } = {},
): Promise<void> {
  await timeout(ms, undefined, { ...options, signal }).catch(() => undefined);
}

/** Lets pending input, timers and other callbacks run before the caller continues: for long loops without other waits. */
export async function yieldToEventLoop(): Promise<void> {
  await nextTurn();
}
