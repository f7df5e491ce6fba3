const MAX_TEXT = 500;
const MAX_INT = 2_147_483_647;
const LAST_TIME = Date.UTC(10_000, 0);

/** Text that Postgres accepts, cut at 500 characters. A NUL would fail the statement for the whole batch. */
export function storable(text: string): string {
  // Nearly every text is stored as it is; a search costs less than a copy.
  if (text.length <= MAX_TEXT && !text.includes('\0')) return text;
  return text.slice(0, MAX_TEXT).replaceAll('\0', '');
}

/** A field of an event as text; '' where it is absent or no text, as other producers may write to the topic. */
export function storableField(value: unknown): string {
  return typeof value === 'string' ? storable(value) : '';
}

/** A status that Postgres accepts, else null: a handler may report any number. */
export function storableStatus(status: number | undefined): number | null {
  return Number.isInteger(status) && Math.abs(status ?? 0) <= MAX_INT ? (status ?? null) : null;
}

/** A time of an event as an ISO text that Postgres accepts; null where it is no time of the years 1970 to 9999. */
export function storableTime(value: unknown): string | null {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return time >= 0 && time < LAST_TIME ? new Date(time).toISOString() : null;
}
