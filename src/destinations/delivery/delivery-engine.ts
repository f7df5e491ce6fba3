import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { DeliveryError, type ItemResult, resultOf } from '../handler.js';
import { HttpClient } from '../http/http-client.js';
import { type Chunk, lanesOf } from './chunks.js';
import { type Delivery } from './delivery.js';
import { logAttempt } from './attempt-log.js';
import { type Destination } from './destination.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { type RetrySchedule } from './retry-schedule.js';
import { sideBySide } from './side-by-side.js';
import { Terminal } from './terminal.js';
import { delayed, within } from './time-limit.js';

/** How long what is under way when a stop comes may take to end. */
const STOP_GRACE_MS = 5_000;
const MAX_RETRY_MS = 600_000;

/**
 * Makes one attempt of some deliveries to one destination and says what follows from it. It records nothing: the consumer
 * and the retries do, each in its way.
 */
@Injectable()
export class DeliveryEngine {
  private readonly schedule: RetrySchedule;

  constructor(
    private readonly http: HttpClient,
    private readonly terminal: Terminal,
    config: Config,
  ) {
    this.schedule = {
      baseMs: config.RETRY_BASE_MS,
      maxMs: MAX_RETRY_MS,
      windowMs: config.RETRY_WINDOW_MINUTES * 60_000,
    };
  }

  /**
   * One outcome per delivery, in order. Deliveries that were not tried are held: all that had not begun when the signal
   * aborted or when the destination's credentials were refused.
   */
  async attempt(
    destination: Destination,
    deliveries: readonly Delivery[],
    signal: AbortSignal,
  ): Promise<Outcome[]> {
    const started = performance.now();
    const outcomes = deliveries.map((): Outcome => ({ kind: 'held', reason: 'not_tried', auth: false }));
    const grace = delayed(signal, STOP_GRACE_MS);
    let refused = false;
    try {
      await sideBySide(
        lanesOf(deliveries, destination.limits),
        destination.limits.concurrency,
        async (lane) => {
          for (const chunk of lane) {
            if (signal.aborted || refused) return;
            const results = await this.resultsOf(destination, chunk, grace.signal);
            for (const [position, { index, delivery }] of chunk.entries()) {
              outcomes[index] = this.outcome(results[position], delivery);
            }
            refused ||= results.some((result) => result?.kind === 'auth');
          }
        },
      );
    } finally {
      grace.release();
    }
    logAttempt(destination, deliveries, outcomes, performance.now() - started);
    return outcomes;
  }

  /** Empty when the attempt was cut off by a stop: then nobody knows. */
  private async resultsOf(
    { id, handler, settings, limits }: Destination,
    chunk: Chunk,
    stop: AbortSignal,
  ): Promise<readonly (ItemResult | undefined)[]> {
    const items = chunk.map(({ delivery }) => delivery.item);
    const same = (result: ItemResult): ItemResult[] => items.map(() => result);
    try {
      const timeout = new DeliveryError({ kind: 'retry', reason: 'timeout' });
      const results = await within(limits.timeoutMs, timeout, stop, (signal) => {
        const http = this.http.until(signal);
        return handler.deliver(items, {
          settings,
          destinationId: id,
          signal,
          http,
          print: this.terminal.print,
        });
      });
      return results.length === items.length ? results : same({ kind: 'retry', reason: 'handler_contract' });
    } catch (error) {
      return stop.aborted ? [] : same(resultOf(error));
    }
  }

  private outcome(result: ItemResult | undefined, { item, firstFailedAt }: Delivery): Outcome {
    if (result === undefined) return { kind: 'held', reason: 'stopped', auth: false };
    const moment = { now: new Date(), firstFailedAt, random: Math.random };
    return outcomeOf(result, item.attempt, this.schedule, moment);
  }
}
