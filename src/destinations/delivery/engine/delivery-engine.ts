import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/config.js';
import { type ItemResult } from '../../contract/delivery-item.js';
import { Attempt } from './attempt.js';
import { logAttempt } from '../ledger/attempt-log.js';
import { EVERYTHING, type Pass } from './circuit.js';
import { Circuits } from './circuits.js';
import { type Delivery } from '../model/delivery.js';
import { DeliveryLog } from '../ledger/delivery-log.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { HandlerCalls } from '../call/handler-calls.js';
import { type Outcome, outcomeOf } from '../model/outcome.js';
import { type RetrySchedule } from '../model/retry-schedule.js';
import { delayed } from '../model/time-limit.js';

/** How long what is under way when a stop comes may take to end. */
const STOP_GRACE_MS = 5_000;
const MAX_RETRY_MS = 600_000;
const NOBODY: ReadonlySet<string> = new Set();

export interface AttemptOptions {
  /** The circuit's leave; without it nothing is tried while the circuit is open. */
  readonly pass?: Pass;
  /** Order keys of the users of whom something waits in the ledger. */
  readonly behind?: ReadonlySet<string>;
  /** Whether the destination has been changed meanwhile, so that the rest is to be attempted as it is now. */
  readonly isOutdated?: () => boolean;
  /** How long what is under way when the signal aborts may take to end, in ms, by the signal's reason. */
  readonly graceMs?: (reason: unknown) => number;
}

/**
 * Makes one attempt of some deliveries to one destination and says what follows from it. It records nothing: the consumer
 * and the retries do, each in its way.
 */
@Injectable()
export class DeliveryEngine {
  private readonly schedule: RetrySchedule;

  constructor(
    private readonly calls: HandlerCalls,
    config: Config,
    private readonly deliveryLog: DeliveryLog,
    private readonly circuits: Circuits,
  ) {
    this.schedule = {
      baseMs: config.RETRY_BASE_MS,
      maxMs: MAX_RETRY_MS,
      windowMs: config.RETRY_WINDOW_MINUTES * 60_000,
    };
  }

  /**
   * One outcome per delivery, in order. Deliveries that were not tried are held: all that had not begun when the signal
   * aborted, when the destination was changed, when its credentials were refused, or when its circuit opened. Where order
   * counts, what comes after an event of the same user that is to be tried again is not tried, but behind.
   */
  async attempt(
    destination: PreparedDestination,
    deliveries: readonly Delivery[],
    signal: AbortSignal,
    options: AttemptOptions = {},
  ): Promise<Outcome[]> {
    const { pass = EVERYTHING, behind = NOBODY, isOutdated = () => false } = options;
    const started = performance.now();
    const grace = delayed(signal, options.graceMs ?? (() => STOP_GRACE_MS));
    const circuit = this.circuits.of(destination);
    const calls = {
      isOver: () => signal.aborted || isOutdated() || circuit.isOver(pass),
      outcomesOf: async (tried: readonly Delivery[]) => {
        const items = tried.map(({ item }) => item);
        const results = await this.calls.resultsOf(destination, items, grace.signal);
        this.circuits.record(destination, pass, results, Date.now());
        return this.outcomes(destination, tried, results);
      },
    };
    try {
      const outcomes = await new Attempt(destination, deliveries, calls, behind).run();
      logAttempt(destination, deliveries, outcomes, performance.now() - started);
      this.deliveryLog.add(destination, deliveries, outcomes);
      return outcomes;
    } finally {
      grace.release();
    }
  }

  /** Of one call: what failed together waits as long, and is tried again together. */
  private outcomes(
    { retryDelaysSeconds: delaysSeconds }: PreparedDestination,
    tried: readonly Delivery[],
    results: readonly ItemResult[],
  ): Outcome[] {
    const schedule = delaysSeconds === null ? this.schedule : { delaysSeconds };
    const now = new Date();
    const chance = Math.random();
    return tried.map(({ item, firstFailedAt }, index) => {
      const result = results[index];
      if (result === undefined) return { kind: 'held', reason: 'stopped', auth: false };
      return outcomeOf(result, item.attempt, schedule, { now, firstFailedAt, random: () => chance });
    });
  }
}
