import { type ChildProcess, fork } from 'node:child_process';
import { deliveryProcessEnvironment } from '../../config/environment.js';
import { orAborted, withDeadline } from '../../resilience/time-limit.js';
import { type ItemResult } from '../contract/delivery-item.js';
import {
  type CallObserver,
  destinationKeyOf,
  type FromDeliveryProcess,
  type RemoteCall,
  type RemoteOpened,
  type ToDeliveryProcess,
} from './messages.js';
import { PendingCalls } from './pending-calls.js';
import { Presence } from './presence.js';
import { type ProcessEnd, Watchdog } from './watchdog.js';

/** How delivery processes are started and watched. */
export interface ProcessOptions {
  readonly entry: string;
  /** Upper limit of the JavaScript heap, in MiB. The resident memory may be twice that. */
  readonly heapMib: number;
  /** Networks that the operator has allowed, for the address guard. */
  readonly allowedCidrs: readonly string[];
  /** Name servers for addresses of destinations; none for those of the system. */
  readonly nameServers: readonly string[];
  /** Time without a sign of life after which a process counts as blocked, in ms. */
  readonly blockedMs: number;
}

/** Why a process has ended, and which destinations may be the cause. */
export interface Loss {
  readonly cause: ProcessEnd;
  readonly wasReady: boolean;
  readonly reason?: string;
  /** Destinations with calls in flight, or the one whose code has thrown. */
  readonly atWork: readonly string[];
  /** Destinations that may have connections in the process. */
  readonly present: readonly string[];
}

/** A call was in flight when its process ended. */
export class ProcessLost extends Error {
  override readonly name = 'ProcessLost';
}

/** Room for a batch in flight among the young objects, so that it is not copied twice to the old ones. */
const SEMI_SPACE_MIB = 32;
/** How long a process may take to close its connections at the end. */
const CLOSE_MS = 3_500;

/** One delivery process, seen from the main process. It never restarts: its owner replaces it. */
export class RemoteProcess {
  /** Called once, when the process is lost. */
  onLoss: (loss: Loss) => void = () => undefined;
  /** Resolves when it can take calls, or has ended. */
  readonly ready: Promise<void>;
  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;
  private readonly watchdog: Watchdog;
  private readonly pending = new PendingCalls();
  private readonly presence = new Presence();
  private hasStarted = false;
  private markReady: () => void = () => undefined;
  private end: ProcessEnd | undefined;
  private fault: { readonly reason: string; readonly destination?: string } | undefined;

  constructor(options: ProcessOptions) {
    this.child = fork(options.entry, [], {
      execArgv: [`--max-old-space-size=${options.heapMib}`, `--max-semi-space-size=${SEMI_SPACE_MIB}`],
      env: deliveryProcessEnvironment(),
      serialization: 'advanced',
      // A tenant can make it end, so the text that V8 prints then would let tenants fill the operator's log.
      stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
    });
    const end = (cause: ProcessEnd): void => this.kill(cause);
    this.watchdog = new Watchdog(options.blockedMs, 2 * options.heapMib * 1_048_576, end);
    this.ready = new Promise((resolve) => (this.markReady = resolve));
    this.exited = new Promise((resolve) => {
      const ended = (): void => {
        resolve();
        this.ended();
      };
      this.child.once('exit', (_, signal) => {
        // So V8 ends a process whose heap is full.
        if (signal === 'SIGABRT') this.end ??= 'memory';
        ended();
      });
      // Without a process id there is no `exit`: the system had no process to give.
      this.child.on('error', () => (this.child.pid === undefined ? ended() : end('died')));
    });
    this.child.on('message', (message) => this.receive(message as FromDeliveryProcess));
    const { allowedCidrs, nameServers } = options;
    this.send({ kind: 'start', allowedCidrs, nameServers, beatMs: this.watchdog.beatMs });
    // A process without deliveries must not keep the main process from ending.
    this.child.unref();
    this.child.channel?.unref();
  }

  get isReady(): boolean {
    return this.hasStarted && this.end === undefined;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Whether no call is in flight. */
  get isIdle(): boolean {
    return this.pending.size === 0;
  }

  /** Rejects with what the handler has thrown, or ProcessLost. An abort is passed on; the answer to it still counts. */
  async deliver(
    call: RemoteCall,
    signal: AbortSignal,
    observer?: CallObserver,
  ): Promise<readonly ItemResult[]> {
    if (!this.hasStarted) await orAborted(this.ready, signal);
    signal.throwIfAborted();
    if (this.end !== undefined) throw new ProcessLost();
    let id = 0;
    const abort = (): void => this.send({ kind: 'abort', id });
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await new Promise((resolve, reject) => {
        const destination = destinationKeyOf(call);
        this.presence.used(destination);
        id = this.pending.add({ destination, observer, resolve, reject });
        this.send({ kind: 'call', id, call });
      });
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  release(opened: RemoteOpened): void {
    this.send({ kind: 'release', opened });
  }

  /** Ends the process when it has closed its connections, or after a limit. This is no loss. */
  async close(): Promise<void> {
    this.end ??= 'closed';
    this.child.ref();
    this.send({ kind: 'close' });
    await withDeadline(this.exited, CLOSE_MS);
    this.kill('closed');
  }

  private send(message: ToDeliveryProcess): void {
    // An error means that the process is ending: its exit is reported by an event of its own.
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  private kill(cause: ProcessEnd): void {
    this.end ??= cause;
    this.child.kill('SIGKILL');
  }

  private receive(message: FromDeliveryProcess): void {
    switch (message.kind) {
      case 'ready':
        this.hasStarted = true;
        this.watchdog.started();
        this.markReady();
        return;
      case 'beat':
        this.watchdog.beat(message.residentBytes);
        return;
      case 'fault':
        this.fault = message;
        return;
      case 'response':
      case 'printed':
      case 'results':
      case 'thrown':
        this.pending.receive(message);
    }
  }

  private ended(): void {
    this.watchdog.stop();
    const cause = (this.end ??= 'died');
    const thrower = this.fault?.destination;
    if (cause !== 'closed')
      this.onLoss({
        cause,
        wasReady: this.hasStarted,
        atWork: thrower === undefined ? this.pending.destinations() : [thrower],
        present: this.presence.destinations(),
        ...(this.fault && { reason: this.fault.reason }),
      });
    // Calls that wait for the start find `end` set.
    this.markReady();
    this.pending.rejectAll(new ProcessLost());
  }
}
