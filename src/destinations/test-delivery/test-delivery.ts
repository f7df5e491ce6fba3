import { Injectable } from '@nestjs/common';
import { type CanonicalEvent, type JsonObject } from '../../events/event.js';
import { handlerLimitsOf } from '../settings/destination-types.js';
import { HandlerCalls } from '../delivery/call/handler-calls.js';
import { type Handler } from '../contract/handler.js';
import { type HttpResponse } from '../contract/http.js';
import { type ItemResult } from '../contract/delivery-item.js';
import { settingsOf } from '../settings/check-settings.js';
import { splitSettings } from '../settings/split-settings.js';
import { masked } from '../settings/masking.js';
import { sampleEvent } from './sample-event.js';

const LIMIT_MS = 10_000;
const MAX_BODY = 2_048;
const NEVER = new AbortController().signal;
/** A call has no results only when a stop cuts it off, which never happens here. */
const NO_RESULT: ItemResult = { kind: 'retry', reason: 'handler_contract' };

export const TEST_OUTCOMES = ['delivered', 'filtered', 'retry', 'rejected', 'unauthorized'] as const;
export type TestOutcome = (typeof TEST_OUTCOMES)[number];

/** What is delivered for a test, and by which handler. */
export interface TestRequest {
  readonly handler: Handler;
  /** All settings, the secret ones included; they must have passed checkSettings. */
  readonly settings: JsonObject;
  /** The event to send; a sample when absent. */
  readonly event?: CanonicalEvent;
  readonly destinationId?: string;
  readonly workspaceId?: string;
}

export interface TestResult {
  readonly outcome: TestOutcome;
  /** Code of the failure, such as `http_400` or `address_blocked`. */
  readonly reason?: string;
  readonly status?: number;
  readonly durationMs: number;
  /** The receiver's response, if there was one: at most 2,048 characters, with the secrets of the settings masked. */
  readonly response?: HttpResponse;
  /** Lines that the handler printed. */
  readonly printed: readonly string[];
  /** The event as it was sent. */
  readonly event: CanonicalEvent;
}

const OUTCOMES: Readonly<Record<ItemResult['kind'], TestOutcome>> = {
  ok: 'delivered',
  filtered: 'filtered',
  retry: 'retry',
  reject: 'rejected',
  auth: 'unauthorized',
};

/** Delivers one event for a test, by the same call as every other delivery, and reports the result. It records nothing. */
@Injectable()
export class TestDelivery {
  constructor(private readonly calls: HandlerCalls) {}

  /** Resolves within ten seconds, even where the receiver does not respond. */
  async attempt({
    handler,
    settings,
    event = sampleEvent(),
    destinationId: id = 'dst_test',
    workspaceId = 'wsp_test',
  }: TestRequest): Promise<TestResult> {
    const printed: string[] = [];
    let response: HttpResponse | undefined;
    const typed = settingsOf(handler, settings);
    const limits = handlerLimitsOf(handler, typed);
    const timeoutMs = Math.min(limits.timeoutMs, LIMIT_MS);
    const target = { id, workspaceId, handler, settings: typed, limits: { ...limits, timeoutMs } };
    const items = [{ event, json: JSON.stringify(event), attempt: 1 }];
    const observer = {
      onResponse: (seen: HttpResponse) => void (response = seen),
      onPrint: (line: string) => void printed.push(line),
    };
    const started = performance.now();
    const [result = NO_RESULT] = await this.calls.resultsOf(target, items, NEVER, observer);
    this.calls.release(target);
    const durationMs = Math.round(performance.now() - started);
    const { secrets } = splitSettings(handler, settings);
    return { ...factsOf(result), durationMs, ...shown(response, masked(secrets)), printed, event };
  }
}

function factsOf(result: ItemResult): Pick<TestResult, 'outcome' | 'reason' | 'status'> {
  const outcome = OUTCOMES[result.kind];
  if (result.kind === 'ok') return { outcome };
  const status = 'status' in result ? { status: result.status } : {};
  return { outcome, reason: result.reason, ...status };
}

function shown(
  response: HttpResponse | undefined,
  hide: (text: string) => string,
): Pick<TestResult, 'response'> {
  if (response === undefined) return {};
  return { response: { status: response.status, body: hide(response.body).slice(0, MAX_BODY) } };
}
