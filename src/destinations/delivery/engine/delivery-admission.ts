import { Injectable } from '@nestjs/common';
import { DestinationDirectory } from '../directory/destination-directory.js';
import { DestinationPauser } from '../directory/destination-pauser.js';
import { UserOrder } from '../ledger/user-order.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { type AttemptCandidate, type Attempted, authRefusalOf } from './attempted.js';
import { type Pass } from './circuit.js';
import { Circuits } from './circuits.js';
import { DeliveryEngine } from './delivery-engine.js';

export interface AdmittedOptions {
  /** Whether candidates wait behind waiting deliveries of the same user. Not for retries: they are those deliveries. */
  readonly keepsOrder: boolean;
  /** Time for in-flight calls after an abort, in ms, by its reason; undefined for that of a stopping process. */
  readonly graceMs?: (reason: unknown) => number | undefined;
}

/** The right to attempt deliveries of one destination, until the work it was given to has ended. */
export interface Admitted {
  /** Whether the circuit is open and this is its probe: one delivery is attempted. */
  readonly isProbe: boolean;
  /**
   * Attempts the candidates, then passes all attempted ones to `record`, held ones included. Resolves to the result of
   * `record`. Refused credentials pause the destination after that.
   */
  attempt<C extends AttemptCandidate, R>(
    candidates: readonly C[],
    options: AdmittedOptions,
    record: (attempted: readonly Attempted<C>[]) => Promise<R>,
  ): Promise<R>;
}

/**
 * The steps around every attempt: admission by the circuit, order of users, attempt, record, pause after refused
 * credentials, return of the admission. Consumers, retries and replays differ in their candidates and their record.
 */
@Injectable()
export class DeliveryAdmission {
  constructor(
    private readonly circuits: Circuits,
    private readonly directory: DestinationDirectory,
    private readonly order: UserOrder,
    private readonly engine: DeliveryEngine,
    private readonly pauser: DestinationPauser,
  ) {}

  /** Runs `work`, or resolves to undefined without running it, where the circuit admits nothing now. */
  async admit<T>(
    destination: PreparedDestination,
    signal: AbortSignal,
    work: (admitted: Admitted) => Promise<T>,
  ): Promise<T | undefined> {
    const circuit = this.circuits.of(destination);
    const pass = circuit.admit(Date.now());
    if (pass === undefined) return undefined;
    try {
      return await work({
        isProbe: pass.isProbe,
        attempt: (candidates, options, record) =>
          this.attempt(destination, { pass, signal, ...options }, candidates, record),
      });
    } finally {
      circuit.giveBack(pass);
    }
  }

  /** How long until the circuit may admit a probe, in ms; 0 where it is closed or a probe is due or in flight. */
  waitMs(destination: PreparedDestination): number {
    return this.circuits.of(destination).waitMs(Date.now());
  }

  private async attempt<C extends AttemptCandidate, R>(
    destination: PreparedDestination,
    options: AdmittedOptions & { readonly pass: Pass; readonly signal: AbortSignal },
    candidates: readonly C[],
    record: (attempted: readonly Attempted<C>[]) => Promise<R>,
  ): Promise<R> {
    const { pass, signal, keepsOrder, graceMs } = options;
    const behind = keepsOrder ? await this.order.waiting(destination, candidates, signal) : new Set<string>();
    const tried = pass.isProbe ? this.order.untilFirstFree(destination, candidates, behind) : candidates;
    const isOutdated = (): boolean => !this.directory.isCurrent(destination);
    const deliveries = tried.map(({ delivery }) => delivery);
    const outcomes = await this.engine.attempt(destination, deliveries, signal, {
      pass,
      behind,
      isOutdated,
      ...(graceMs && { graceMs }),
    });
    const attempted = tried.flatMap((candidate, index) => {
      const outcome = outcomes[index];
      return outcome === undefined ? [] : [{ candidate, outcome }];
    });
    const recorded = await record(attempted);
    const refusal = authRefusalOf(attempted);
    if (refusal !== undefined) await this.pauser.pause(destination, refusal, signal);
    return recorded;
  }
}
