import { type GroupPosition } from '../../../event-log/reader.js';

/** Reason of the dead letters of events that the backlog of their destination had no room for. */
export const BACKLOG_LIMIT = 'backlog_limit';

/** A backlog over a limit is shed to this share of it, so that it is shed in batches, and not event by event. */
const KEPT = 0.9;

/** What a destination may be behind. */
export interface BacklogLimits {
  /** Records of the events topic. */
  readonly maxEvents: number;
  /** Bytes of the disk; infinite for a log without a size limit of its own. */
  readonly maxBytes: number;
}

/** By partition: the offset before which all records are shed. */
export type ShedPlan = ReadonlyMap<number, bigint>;

/** What to shed of a backlog, the same share of each partition; undefined for a backlog within its limits. */
export function shedPlan(positions: readonly GroupPosition[], limits: BacklogLimits): ShedPlan | undefined {
  const events = positions.reduce((sum, position) => sum + lagOf(position), 0);
  const bytes = positions.reduce((sum, position) => sum + (position.bytes ?? 0), 0);
  const share = Math.max(excess(events, limits.maxEvents), excess(bytes, limits.maxBytes));
  if (share === 0) return undefined;
  const behind = positions.filter((position) => lagOf(position) > 0);
  return new Map(
    behind.map((position) => [
      position.partition,
      startOf(position) + BigInt(Math.ceil(lagOf(position) * share)),
    ]),
  );
}

/** The part of a plan that these positions have not passed; undefined once all of it is passed. */
export function remainingPlan(plan: ShedPlan, positions: readonly GroupPosition[]): ShedPlan | undefined {
  const rest = [...plan].filter(([partition, until]) =>
    positions.some((position) => position.partition === partition && startOf(position) < until),
  );
  return rest.length > 0 ? new Map(rest) : undefined;
}

/** Records of a partition that the group has still to read. */
export const lagOf = (position: GroupPosition): number => Number(position.end - startOf(position));

/** The first record that the group can still read. */
const startOf = ({ next, first }: GroupPosition): bigint => (next > first ? next : first);

/** The share of a backlog that is to go. */
const excess = (backlog: number, limit: number): number =>
  backlog > limit ? 1 - (KEPT * limit) / backlog : 0;
