import { type Replay } from '../../database/entities/replay.entity.js';
import { type ReplayCriteria } from '../../destinations/replay/history/criteria.js';
import { type ReplayPlan } from '../../destinations/replay/history/history.js';
import { progressOf } from '../../destinations/replay/progress.js';
import { type ReplayDto, type ReplayProgressDto } from './replay.dto.js';

/** A replay as the API and the audit log show it. A reason is shown only while it is running or after it has failed. */
export function replayView(row: Replay): ReplayDto {
  const { id, destinationId, state, rateLimit, createdAt, updatedAt, endedAt, version } = row;
  const {
    sourceIds = null,
    from,
    to,
    types = null,
    events = null,
    onlyFailed,
  } = row.criteria as ReplayCriteria;
  const range = { from: new Date(from), to: new Date(to) };
  const selection = { sourceIds, ...range, types, events, onlyFailed, rateLimit };
  const reason = state === 'running' || state === 'failed' ? row.reason : null;
  const times = { createdAt, updatedAt, endedAt };
  return { id, destinationId, state, reason, ...selection, progress: progressIn(row), ...times, version };
}

function progressIn(row: Replay): ReplayProgressDto {
  const { plan, progress, state, retriedDelivered, retriedFiltered, retriedDead } = row;
  const { total } = plan as ReplayPlan;
  const { scanned, counted, delivered, filtered, retrying, dead, at } = progressOf(progress);
  const isCompleted = state === 'completed';
  return {
    percent: isCompleted ? 100 : total === 0 ? 0 : Math.floor((100 * scanned) / total),
    total,
    scanned,
    missed: isCompleted ? Math.max(0, total - scanned) : 0,
    counted,
    delivered: delivered + retriedDelivered,
    filtered: filtered + retriedFiltered,
    retrying: retrying - retriedDelivered - retriedFiltered - retriedDead,
    dead: dead + retriedDead,
    at: at === null ? null : new Date(at),
  };
}
