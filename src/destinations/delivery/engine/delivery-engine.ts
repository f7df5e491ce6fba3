import { Injectable } from '@nestjs/common';
import { DeliveryConfig } from '../../../config/delivery.config.js';
import { delayedAbort } from '../../../resilience/time-limit.js';
import { type ItemResult } from '../../contract/delivery-item.js';
import { Attempt, type AttemptOptions } from './attempt.js';
import { logAttempt } from '../ledger/attempt-log.js';
import { EVERYTHING } from './circuit.js';
import { Circuits } from './circuits.js';
import {
  decidedOutcomes,
  type EndedCall,
  isDoubtful,
  outcomeOfDoubtful,
  resultsForCircuit,
} from './doubtful-outcomes.js';
import { type Refusals } from './refusals.js';
import { withoutSecrets } from './without-secrets.js';
import { type Delivery } from '../model/delivery.js';
import { DeliveryLog } from '../ledger/delivery-log.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { HandlerCalls } from '../call/handler-calls.js';
import { type Outcome, outcomeOf } from '../model/outcome.js';
import { type BackoffSchedule, scheduleOf } from '../model/retry-schedule.js';

/** Time for in-flight calls of a stopping process. */
const STOP_GRACE_MS = 5_000;
const NO_USERS: ReadonlySet<string> = new Set();

/** Makes one attempt of some deliveries to one destination, and decides their outcomes. Recording them is the caller's part. */
@Injectable()
export class DeliveryEngine {
  private readonly schedule: BackoffSchedule;

  constructor(
    private readonly calls: HandlerCalls,
    config: DeliveryConfig,
    private readonly deliveryLog: DeliveryLog,
    private readonly circuits: Circuits,
  ) {
    this.schedule = scheduleOf(config);
  }

  /**
   * One outcome per delivery, in order. Deliveries are held that had not started when the signal aborted, the destination
   * changed, its credentials were refused, or its circuit opened. Where the type wants order, deliveries after a failed one
   * of the same user are not attempted, but behind.
   */
  async attempt(
    destination: PreparedDestination,
    deliveries: readonly Delivery[],
    signal: AbortSignal,
    options: AttemptOptions = {},
  ): Promise<Outcome[]> {
    const { pass = EVERYTHING, behind = NO_USERS, isOutdated = () => false } = options;
    const started = performance.now();
    const grace = delayedAbort(signal, (reason) => options.graceMs?.(reason) ?? STOP_GRACE_MS);
    const circuit = this.circuits.of(destination);
    const refusals = this.circuits.refusalsOf(destination);
    const calls = {
      isOver: () => signal.aborted || isOutdated() || circuit.isOver(pass),
      outcomesOf: async (tried: readonly Delivery[]) => {
        const items = tried.map(({ item }) => item);
        const startedAt = performance.now();
        const results = await this.calls.resultsOf(destination, items, grace.signal);
        if (results.some(({ kind }) => kind === 'ok')) refusals.accepted(startedAt);
        const outcomes = this.outcomes(destination, tried, results, refusals);
        this.circuits.record(destination, pass, resultsForCircuit(results, refusals), Date.now());
        return outcomes;
      },
    };
    try {
      const attempted = await new Attempt(destination, deliveries, calls, behind).run();
      const outcomes = decidedOutcomes(deliveries, attempted, refusals);
      logAttempt(destination, deliveries, outcomes, performance.now() - started);
      this.deliveryLog.add(destination, deliveries, outcomes);
      return outcomes;
    } finally {
      grace.release();
    }
  }

  /** The outcomes of one call. They share one random number, so that deliveries that failed together are retried together. */
  private outcomes(
    destination: PreparedDestination,
    tried: readonly Delivery[],
    results: readonly ItemResult[],
    refusals: Refusals,
  ): Outcome[] {
    const { retryDelaysSeconds: delaysSeconds } = destination;
    const schedule = delaysSeconds === null ? this.schedule : { delaysSeconds };
    const now = new Date();
    const chance = Math.random();
    const call: EndedCall = { results, now: performance.now(), windowMs: this.schedule.windowMs };
    return tried.map((delivery, index) => {
      const { item, firstFailedAt } = delivery;
      const result = results[index];
      if (result === undefined) return { kind: 'held', reason: 'stopped', auth: false };
      if (isDoubtful(result))
        return withoutSecrets(outcomeOfDoubtful(result, delivery, call, refusals), destination);
      const decided = outcomeOf(result, item.attempt, schedule, { now, firstFailedAt, random: () => chance });
      return withoutSecrets(decided, destination);
    });
  }
}
