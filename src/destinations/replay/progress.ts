import { type Outcome } from '../delivery/model/outcome.js';
import { type Mark, type ReplayPosition } from './history/history.js';

/** The progress of a replay as its row stores it. */
export interface ReplayProgress extends ReplayPosition {
  /** Records read, matching or not. */
  readonly scanned: number;
  /** Matching events; the outcomes of the replay's own attempts follow and never change. */
  readonly counted: number;
  readonly delivered: number;
  readonly filtered: number;
  readonly retrying: number;
  readonly dead: number;
  /** When the last passed event was stored, as an ISO text. */
  readonly at: string | null;
}

const EMPTY: ReplayProgress = {
  positions: {},
  ahead: [],
  scanned: 0,
  counted: 0,
  delivered: 0,
  filtered: 0,
  retrying: 0,
  dead: 0,
  at: null,
};

/** The progress of a row; that of a new replay is empty. */
export const progressOf = (stored: Partial<ReplayProgress>): ReplayProgress => ({ ...EMPTY, ...stored });

const FIELDS = {
  delivered: 'delivered',
  filtered: 'filtered',
  retry: 'retrying',
  behind: 'retrying',
  dead: 'dead',
} as const;

/** The progress with the outcomes of matching events, by their names. All of them count as ahead of the position. */
export function counting(
  progress: ReplayProgress,
  finished: Iterable<readonly [name: string, outcome: Outcome]>,
): ReplayProgress {
  const counts = { ...progress };
  const ahead = [...progress.ahead];
  for (const [name, { kind }] of finished) {
    if (kind === 'held') continue;
    counts.counted += 1;
    counts[FIELDS[kind]] += 1;
    ahead.push(name);
  }
  return { ...counts, ahead };
}

/** The progress once further records of a page are passed; the mark is that of the last one. */
export function moved(
  progress: ReplayProgress,
  { place, next }: Mark,
  records: readonly { readonly timestamp: number; readonly name: string }[],
): ReplayProgress {
  const last = records.at(-1);
  const passed = new Set(records.map(({ name }) => name));
  return {
    ...progress,
    scanned: progress.scanned + records.length,
    positions: { ...progress.positions, [place]: next },
    ahead: progress.ahead.filter((name) => !passed.has(name)),
    at: last ? new Date(last.timestamp).toISOString() : progress.at,
  };
}
