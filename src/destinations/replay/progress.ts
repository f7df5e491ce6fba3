import { type Outcome } from '../delivery/outcome.js';
import { type Mark, type Positions } from './history.js';

/** How far a replay has come, as its row has it. */
export interface ReplayProgress {
  readonly positions: Positions;
  /** Records read, whether they matched or not. */
  readonly scanned: number;
  /** Events that matched; what became of each at its first attempt follows. */
  readonly counted: number;
  readonly delivered: number;
  readonly filtered: number;
  readonly retrying: number;
  readonly dead: number;
  /** When the event at which it stands was stored, as an ISO text. */
  readonly at: string | null;
}

const NOTHING: ReplayProgress = {
  positions: {},
  scanned: 0,
  counted: 0,
  delivered: 0,
  filtered: 0,
  retrying: 0,
  dead: 0,
  at: null,
};

/** What a row says; a new replay's says nothing. */
export const progressOf = (stored: Partial<ReplayProgress>): ReplayProgress => ({ ...NOTHING, ...stored });

const FIELDS = {
  delivered: 'delivered',
  filtered: 'filtered',
  retry: 'retrying',
  behind: 'retrying',
  dead: 'dead',
} as const;

/** The progress with what became of some events that matched. */
export function counting(progress: ReplayProgress, outcomes: readonly Outcome[]): ReplayProgress {
  const counts = { ...progress };
  for (const { kind } of outcomes) {
    if (kind === 'held') continue;
    counts.counted += 1;
    counts[FIELDS[kind]] += 1;
  }
  return counts;
}

/** The progress when some more records of a page are finished, the last of which has this mark. */
export function standing(
  progress: ReplayProgress,
  { place, next }: Mark,
  records: readonly { readonly timestamp: number }[],
): ReplayProgress {
  const last = records.at(-1);
  return {
    ...progress,
    scanned: progress.scanned + records.length,
    positions: { ...progress.positions, [place]: next },
    at: last ? new Date(last.timestamp).toISOString() : progress.at,
  };
}
