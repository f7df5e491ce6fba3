import { Injectable } from '@nestjs/common';
import { EventPublisher } from '../destinations/publisher.js';
import { type NormalizedCall } from '../events/call.js';
import { type SuccessResponse } from './answers/answers.dto.js';
import { detailsOf } from './answers/details.js';

/** The whole answer to an accepted call. SDKs compare it, so it has no other field (WIRE 0.2 item 1). */
const ACCEPTED: SuccessResponse = { success: true };

/** The one door for calls of every transport. A spool, a quota or a mirror of calls belongs here. */
@Injectable()
export class Collector {
  constructor(private readonly publisher: EventPublisher) {}

  /**
   * Resolves to the answer once every message is durable. Rejects with the call's own CallError when no message was accepted,
   * after its rejected messages are durable, and with LogUnavailable, LogOverloaded or RecordsRefused when the event log did
   * not take the call.
   */
  async accept(call: NormalizedCall): Promise<SuccessResponse> {
    await this.publisher.publish(call);
    if (call.refusal) throw call.refusal;
    return answerTo(call);
  }
}

function answerTo({ accepted, rejected, detailed }: NormalizedCall): SuccessResponse {
  if (detailed !== true) return ACCEPTED;
  return { success: true, accepted: accepted.length, rejected: detailsOf(rejected) };
}
