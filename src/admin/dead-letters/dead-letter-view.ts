import { type DeadLetter } from '../../database/entities/dead-letter.entity.js';
import { type JsonObject } from '../../events/event.js';
import { type DeadLetterDto, type DeadLetterWithEventDto } from './dead-letter.dto.js';

/** Longest event that is shown in full, in characters of its JSON text. */
const MAX_SHOWN = 32_768;

export function deadLetterView(row: DeadLetter): DeadLetterDto {
  const { id, destinationId, sourceId, messageId, eventType, eventName, reason, attempts } = row;
  const { lastStatus, firstFailedAt, deadAt, redeliveredAt, redeliveries } = row;
  return {
    id,
    destinationId,
    sourceId,
    messageId,
    eventType,
    eventName,
    reason,
    attempts,
    lastStatus,
    firstFailedAt,
    deadAt,
    redeliveredAt,
    redeliveries,
  };
}

export function withEvent(row: DeadLetter): DeadLetterWithEventDto {
  const isWhole = row.event.length <= MAX_SHOWN;
  return Object.assign(deadLetterView(row), {
    event: isWhole ? (JSON.parse(row.event) as JsonObject) : null,
    eventText: isWhole ? null : row.event.slice(0, MAX_SHOWN),
  });
}
