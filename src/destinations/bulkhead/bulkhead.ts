import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { deliveryProcessesLost } from '../../metrics/counters.js';
import { DeliveryError } from '../contract/delivery-error.js';
import { type DeliveryItem, type ItemResult } from '../contract/delivery-item.js';
import { type CallObserver, destinationKeyOf, eventFieldsOf, type RemoteCall } from './messages.js';
import { type Loss, type ProcessOptions, ProcessLost } from './remote-process.js';
import { SharedProcess } from './shared-process.js';
import { SingleProcesses } from './single-processes.js';
import { SpareProcess } from './spare-process.js';
import { Suspects } from './suspects.js';

/** Settings of the bulkhead. */
export interface BulkheadOptions extends ProcessOptions {
  /** Processes for all destinations, and as many again for suspects, at least two; 0 turns the bulkhead off. */
  readonly processes: number;
}

/** A call of an isolated handler. `settings` is one object until the settings change. */
export interface IsolatedCall extends Pick<
  RemoteCall,
  'scope' | 'type' | 'destinationId' | 'workspaceId' | 'settings'
> {
  readonly items: readonly DeliveryItem[];
}

/**
 * Runs calls of isolated types in delivery processes (DESIGN 5.8). A destination stays in one process. When a process is lost, it
 * is replaced, its calls are retried, and the destinations at work run alone until they have proved themselves.
 */
@Injectable()
export class Bulkhead implements OnApplicationShutdown {
  private readonly logger = new Logger(Bulkhead.name);
  private readonly spare: SpareProcess;
  private readonly shared: readonly SharedProcess[];
  private readonly singles: SingleProcesses;
  private readonly suspects = new Suspects();
  private readonly versions = new WeakMap<object, number>();
  private lastVersion = 0;
  private lastScope = 0;

  constructor(private readonly options: BulkheadOptions) {
    this.spare = new SpareProcess(options, (loss) => this.report(loss));
    const suspect = (destinations: readonly string[]): void => {
      for (const destination of destinations) this.suspects.add(destination);
    };
    this.shared = Array.from({ length: options.processes }, () => new SharedProcess(this.spare, suspect));
    this.singles = new SingleProcesses(this.spare, Math.max(options.processes, 2), (destination) =>
      suspect([destination]),
    );
  }

  /** Whether isolated types run in delivery processes. */
  get isOn(): boolean {
    return this.options.processes > 0;
  }

  /** Process ids of the running shared processes. */
  get pids(): readonly number[] {
    return this.shared.flatMap(({ running }) => running?.pid ?? []);
  }

  /** Destinations that run alone now. */
  get suspected(): number {
    return this.suspects.size;
  }

  /** Whether a lost process can be replaced at once. */
  get hasSpare(): boolean {
    return this.spare.isReady;
  }

  /** A number for callers that share what handlers keep open. */
  newScope(): number {
    return (this.lastScope += 1);
  }

  isSuspected(of: { readonly workspaceId: string; readonly destinationId: string }): boolean {
    return this.suspects.has(destinationKeyOf(of));
  }

  /** One call. Throws what the handler has thrown, or a DeliveryError with the reason `handler_process_lost`. */
  async deliver(
    call: IsolatedCall,
    signal: AbortSignal,
    observer?: CallObserver,
  ): Promise<readonly ItemResult[]> {
    const destination = destinationKeyOf(call);
    const runsAlone = this.suspects.has(destination);
    const remote = this.remoteOf(call);
    try {
      if (!runsAlone) return await this.sharedFor(destination).get().deliver(remote, signal, observer);
      const results = await this.singles.use(destination, signal, (process) =>
        this.alone(destination, process.deliver(remote, signal, observer)),
      );
      if (!this.suspects.has(destination)) this.singles.end(destination);
      return results;
    } catch (error) {
      if (!(error instanceof ProcessLost)) throw error;
      throw new DeliveryError({
        kind: 'retry',
        reason: 'handler_process_lost',
        ...(runsAlone && { opensCircuit: true }),
      });
    }
  }

  /** Closes what the handler has open for a destination as soon as its calls have ended. */
  release(opened: Pick<RemoteCall, 'scope' | 'destinationId' | 'workspaceId'>): void {
    if (!this.isOn) return;
    const destination = destinationKeyOf(opened);
    const { scope, destinationId } = opened;
    for (const process of [this.sharedFor(destination).running, this.singles.running(destination)])
      process?.release({ scope, destinationId });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.spare.close(), this.singles.close(), ...this.shared.map((one) => one.close())]);
  }

  /** An answer of any kind speaks for the destination; when enough have, it returns to its shared process. */
  private async alone<T>(destination: string, answer: Promise<T>): Promise<T> {
    try {
      const results = await answer;
      this.suspects.answered(destination);
      return results;
    } catch (error) {
      if (error instanceof DeliveryError) this.suspects.answered(destination);
      throw error;
    }
  }

  private sharedFor(destination: string): SharedProcess {
    let hash = 0;
    for (let index = 0; index < destination.length; index += 1)
      hash = (hash * 31 + destination.charCodeAt(index)) >>> 0;
    return this.shared[hash % this.shared.length] as SharedProcess;
  }

  private remoteOf({ items, ...call }: IsolatedCall): RemoteCall {
    let version = this.versions.get(call.settings);
    if (version === undefined) this.versions.set(call.settings, (version = this.lastVersion += 1));
    return {
      ...call,
      settings: { ...call.settings },
      settingsVersion: version,
      json: items.map(({ json }) => json),
      fields: eventFieldsOf(items.map(({ event }) => event)),
      attempts: items.map(({ attempt }) => attempt),
      replays: items.map(({ replay }) => replay),
    };
  }

  private report({ cause, reason, atWork }: Loss): void {
    deliveryProcessesLost.inc({ cause });
    const facts = { cause, ...(reason !== undefined && { reason }), destinations: atWork };
    this.logger.error({ event: 'delivery_process.lost', ...facts });
  }
}
