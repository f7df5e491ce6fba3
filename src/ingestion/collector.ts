import { Injectable } from '@nestjs/common';
import { type KeyedRequest } from '../auth/keyed-request.js';
import { Config } from '../config/config.js';
import { EventPublisher } from '../destinations/publisher.js';
import { type NormalizedCall } from '../events/call.js';
import { unreadableDates } from '../metrics/counters.js';
import { Limits } from '../normalization/draft/limits.js';
import { normalize } from '../normalization/normalize.js';
import { type SuccessResponse } from './answers/answers.dto.js';
import { detailsOf } from './answers/details.js';
import { callOf, type CallKind } from './edge/call-of.js';

/** The whole answer to an accepted call. SDKs compare it, so it has no other field (WIRE 0.2 item 1). */
const ACCEPTED: SuccessResponse = { success: true };

/** The one door for calls of every transport. A spool, a quota or a mirror of calls belongs here. */
@Injectable()
export class Collector {
  private readonly limits: Limits;

  constructor(
    private readonly publisher: EventPublisher,
    { MAX_EVENT_BYTES, MAX_BATCH_EVENTS, ALLOW_GROUP_WITHOUT_USER }: Config,
  ) {
    this.limits = new Limits(MAX_EVENT_BYTES, MAX_BATCH_EVENTS, ALLOW_GROUP_WITHOUT_USER);
  }

  /**
   * Takes a request that the write key guard has admitted. Resolves to the answer once every message is durable. Rejects with
   * the call's own CallError when no message was accepted, which is after its rejected messages are durable, and with
   * LogUnavailable or LogOverloaded when the event log did not take the call.
   */
  async accept(request: KeyedRequest, kind: CallKind): Promise<SuccessResponse> {
    const call = normalize(callOf(request, kind), this.limits);
    unreadableDates.inc(call.unreadableDates);
    await this.publisher.publish(call);
    if (call.refusal) throw call.refusal;
    return answerTo(call);
  }
}

function answerTo({ accepted, rejected, detailed }: NormalizedCall): SuccessResponse {
  if (detailed !== true) return ACCEPTED;
  return { success: true, accepted: accepted.length, rejected: detailsOf(rejected) };
}
