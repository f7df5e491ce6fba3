import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { type ItemResult } from '../handler.js';
import { Attempt } from './attempt.js';
import { logAttempt } from './attempt-log.js';
import { EVERYTHING, type Pass } from './circuit/circuit.js';
import { Circuits } from './circuit/circuits.js';
import { type Delivery } from './delivery.js';
import { DeliveryLog } from './delivery-log.js';
import { type Destination } from './destination.js';
import { HandlerCalls } from './handler-calls.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { type RetrySchedule } from './retry-schedule.js';
import { delayed } from './time-limit.js';

/** How long what is under way when a stop comes may take to end. */
const STOP_GRACE_MS = 5_000;
const MAX_RETRY_MS = 600_000;
const NOBODY: ReadonlySet<string> = new Set();

export interface AttemptOptions {
  /** The circuit's leave; without it nothing is tried while the circuit is open. */
  readonly pass?: Pass;
  /** Order keys of the users of whom something waits in the ledger. */
  readonly behind?: ReadonlySet<string>;
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
   * aborted, when the destination's credentials were refused, or when its circuit opened. Where order counts, what comes after
   * an event of the same user that is to be tried again is not tried, but behind.
   */
  async attempt(
    destination: Destination,
    deliveries: readonly Delivery[],
    signal: AbortSignal,
    { pass = EVERYTHING, behind = NOBODY }: AttemptOptions = {},
  ): Promise<Outcome[]> {
    const started = performance.now();
    const grace = delayed(signal, STOP_GRACE_MS);
    const circuit = this.circuits.of(destination);
    const calls = {
      isOver: () => signal.aborted || circuit.isOver(pass),
      resultsOf: async (tried: readonly Delivery[]) => {
        const items = tried.map(({ item }) => item);
        const results = await this.calls.resultsOf(destination, items, grace.signal);
        this.circuits.record(destination, pass, results, Date.now());
        return results;
      },
      outcomeOf: (result: ItemResult | undefined, delivery: Delivery) => this.outcome(result, delivery),
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

  private outcome(result: ItemResult | undefined, { item, firstFailedAt }: Delivery): Outcome {
    if (result === undefined) return { kind: 'held', reason: 'stopped', auth: false };
    const moment = { now: new Date(), firstFailedAt, random: Math.random };
    return outcomeOf(result, item.attempt, this.schedule, moment);
  }
}
