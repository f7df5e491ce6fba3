const MAX_TEXT = 500;
const MAX_INT = 2_147_483_647;
const LAST_TIME = Date.UTC(10_000, 0);

/** Postgres takes every character but NUL; one such would fail the statement for the whole batch. */
export function storable(text: string): string {
  return text.slice(0, MAX_TEXT).replaceAll('\0', '');
}

/** A field of an event as text: whoever else writes to the topic may have left it out or made something else of it. */
export function storableField(value: unknown): string {
  return typeof value === 'string' ? storable(value) : '';
}

/** A status as Postgres takes it: what a handler reports may be anything. */
export function storableStatus(status: number | undefined): number | null {
  return Number.isInteger(status) && Math.abs(status ?? 0) <= MAX_INT ? (status ?? null) : null;
}

/** A time of an event as Postgres takes it; null where it is none, or of no year that a clock shows. */
export function storableTime(value: unknown): string | null {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return time >= 0 && time < LAST_TIME ? new Date(time).toISOString() : null;
}
