/** Longest wait that a receiver can ask for (DESTINATIONS 2). */
export const MAX_RETRY_AFTER_MS = 3_600_000;

/** Reads a Retry-After header, in seconds or as a date; undefined when it is absent or says nothing. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  if (text === '') return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}
