import { type Outcome } from '../delivery/model/outcome.js';
import { type Mark, type ReplayPosition } from './history/history.js';

/** How far a replay has come, as its row has it. */
export interface ReplayProgress extends ReplayPosition {
  /** Records read, whether they matched or not. */
  readonly scanned: number;
  /** Events that matched; what became of each at the replay's own attempt follows, and never changes. */
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
  ahead: [],
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

/** The progress with what became of some events that matched, by their names: all of them lie ahead for now. */
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

/** The progress when some more records of a page are passed, the last of which has this mark. */
export function standing(
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
