import { type Actor, includes } from '../access/actor.js';
import { type DeadLetter } from '../../database/entities/dead-letter.entity.js';
import { type JsonObject } from '../../events/event.js';
import { type DeadLetterDto, type DeadLetterWithEventDto } from './dead-letter.dto.js';

/** Longest event that is shown in full, in characters of its JSON text. */
const MAX_SHOWN = 32_768;

/** As the caller may see it: the words of a receiver may name what only operators know, such as hosts of a network. */
export function deadLetterView(row: DeadLetter, { role }: Actor): DeadLetterDto {
  const { id, destinationId, sourceId, messageId, eventType, eventName, reason, attempts } = row;
  const { lastStatus, answerCode, answerMessage, firstFailedAt, deadAt, redeliveredAt, redeliveries } = row;
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
    answerCode,
    ...(includes(role, 'instance-admin') && { answerMessage }),
    firstFailedAt,
    deadAt,
    redeliveredAt,
    redeliveries,
  };
}

export function withEvent(row: DeadLetter, actor: Actor): DeadLetterWithEventDto {
  const isWhole = row.event.length <= MAX_SHOWN;
  return Object.assign(deadLetterView(row, actor), {
    event: isWhole ? (JSON.parse(row.event) as JsonObject) : null,
    eventText: isWhole ? null : row.event.slice(0, MAX_SHOWN),
  });
}
