import { Injectable } from '@nestjs/common';
import { type CanonicalEvent, type JsonObject } from '../../events/event.js';
import { handlerLimitsOf } from '../settings/destination-types.js';
import { within } from '../delivery/model/time-limit.js';
import { logFailure } from '../delivery/call/handler-failure.js';
import { Terminal } from '../delivery/call/terminal.js';
import { type Opened, type PrintingContext } from '../contract/context.js';
import { DeliveryError, resultOf } from '../contract/delivery-error.js';
import { type ItemResult } from '../contract/delivery-item.js';
import { type Handler } from '../contract/handler.js';
import { type HttpResponse } from '../contract/http.js';
import { HttpClient } from '../outgoing/http-client.js';
import { GuardedNetwork } from '../outgoing/guarded-network.js';
import { settingsOf } from '../settings/check-settings.js';
import { splitSettings } from '../settings/split-settings.js';
import { masked } from './masking.js';
import { sampleEvent } from './sample-event.js';

const LIMIT_MS = 10_000;
const MAX_BODY = 2_048;

export const TEST_OUTCOMES = ['delivered', 'filtered', 'retry', 'rejected', 'unauthorized'] as const;
export type TestOutcome = (typeof TEST_OUTCOMES)[number];

/** What a destination is tried out with. */
export interface TestRequest {
  readonly handler: Handler;
  /** All settings, the secret ones included; they must have passed checkSettings. */
  readonly settings: JsonObject;
  /** What is sent; a sample when it is left out. */
  readonly event?: CanonicalEvent;
  readonly destinationId?: string;
  readonly workspaceId?: string;
}

export interface TestResult {
  readonly outcome: TestOutcome;
  /** Code of what went wrong, such as `http_400` or `address_blocked`. */
  readonly reason?: string;
  readonly status?: number;
  readonly durationMs: number;
  /** The receiver's own answer, when it gave one: at most 2,048 characters, without the secrets of the settings. */
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

/** Makes one attempt to deliver a sample event, by the same road as every other, and tells what came back. It records nothing. */
@Injectable()
export class TestDelivery {
  constructor(
    private readonly http: HttpClient,
    private readonly terminal: Terminal,
    private readonly network: GuardedNetwork,
  ) {}

  /** Resolves in ten seconds at most, whatever the receiver does. */
  async attempt({
    handler,
    settings,
    event = sampleEvent(),
    destinationId = 'dst_test',
    workspaceId = 'wsp_test',
  }: TestRequest): Promise<TestResult> {
    const printed: string[] = [];
    let response: HttpResponse | undefined;
    const typed = settingsOf(handler, settings);
    const timeoutMs = Math.min(handlerLimitsOf(handler, typed).timeoutMs, LIMIT_MS);
    const started = performance.now();
    const result = await attempted(timeoutMs, async (signal) => {
      const { network } = this;
      const opened = await handler.open?.({ settings: typed, destinationId, network, signal });
      try {
        const context: PrintingContext<object, unknown> = {
          settings: typed,
          destinationId,
          workspaceId,
          opened,
          signal,
          http: this.http.until(signal, (seen) => (response = seen)),
          print: (line) => {
            printed.push(line);
            return this.terminal.print(line, signal);
          },
        };
        return await handler.deliver([{ event, json: JSON.stringify(event), attempt: 1 }], context);
      } finally {
        await (opened as Opened | undefined)?.close();
      }
    });
    logFailure({ id: destinationId, handler }, [result]);
    const durationMs = Math.round(performance.now() - started);
    const { secrets } = splitSettings(handler, settings);
    return { ...factsOf(result), durationMs, ...shown(response, masked(secrets)), printed, event };
  }
}

async function attempted(
  timeoutMs: number,
  deliver: (signal: AbortSignal) => Promise<readonly ItemResult[]>,
): Promise<ItemResult> {
  const timeout = new DeliveryError({ kind: 'retry', reason: 'timeout' });
  try {
    const [result] = await within(timeoutMs, timeout, new AbortController().signal, deliver);
    return result ?? { kind: 'retry', reason: 'handler_contract' };
  } catch (error) {
    return resultOf(error);
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
