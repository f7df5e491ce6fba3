import { type LogRoom } from '../../../event-log/appender.js';
import { type GroupPosition } from '../../../event-log/reader.js';

/** Reason of the dead letters of events that the backlog of their destination had no room for. */
export const BACKLOG_LIMIT = 'backlog_limit';

/** A backlog over a limit is shed to this share of it, so that it is shed in batches, and not event by event. */
const KEPT = 0.9;
/** Most of the local log that one destination may hold. The rest is room for all others while it is shed. */
const LOCAL_SHARE = 0.7;
/** Keeps a rounding error of a product from shedding one event more. */
const TOLERANCE = 1e-6;

/** What a destination may be behind. */
export interface BacklogLimits {
  /** Records of the events topic. */
  readonly maxEvents: number;
  /** Bytes of the disk; infinite for a log without a size limit of its own. */
  readonly maxBytes: number;
}

/** By partition: the offset before which all records are shed. */
export type ShedPlan = ReadonlyMap<number, bigint>;

/** The limits of every destination; `room` is that of a log with a size limit of its own. */
export function backlogLimits(maxEvents: number, room: LogRoom | undefined): BacklogLimits {
  return { maxEvents, maxBytes: room === undefined ? Infinity : room.limit * LOCAL_SHARE };
}

/** How much of its limits a backlog has reached; over 1, it is shed. */
export function backlogShare(
  positions: readonly GroupPosition[],
  { maxEvents, maxBytes }: BacklogLimits,
): number {
  const events = positions.reduce((sum, position) => sum + lagOf(position), 0);
  const bytes = positions.reduce((sum, position) => sum + (position.bytes ?? 0), 0);
  return Math.max(events / maxEvents, bytes / maxBytes);
}

/** What to shed of a backlog, the same share of each partition; undefined for a backlog within its limits. */
export function shedPlan(positions: readonly GroupPosition[], limits: BacklogLimits): ShedPlan | undefined {
  const reached = backlogShare(positions, limits);
  if (reached <= 1) return undefined;
  const share = 1 - KEPT / reached;
  const behind = positions.filter((position) => lagOf(position) > 0);
  return new Map(
    behind.map((position) => [
      position.partition,
      startOf(position) + BigInt(Math.ceil(lagOf(position) * share - TOLERANCE)),
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
const lagOf = (position: GroupPosition): number => Number(position.end - startOf(position));

/** The first record that the group can still read. */
const startOf = ({ next, first }: GroupPosition): bigint => (next > first ? next : first);
