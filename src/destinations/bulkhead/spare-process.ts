import { type Loss, type ProcessOptions, RemoteProcess } from './remote-process.js';

/** Takes the report of a lost process. */
export type OnLoss = (loss: Loss) => void;

/**
 * One process that is ready and has no calls, so that a lost one is replaced at once: to start one takes up to a second on a
 * busy machine. It starts when the first process is ready.
 */
export class SpareProcess {
  private spare: RemoteProcess | undefined;
  private isClosed = false;

  constructor(
    private readonly options: ProcessOptions,
    private readonly report: OnLoss,
  ) {}

  get isReady(): boolean {
    return this.spare?.isReady ?? false;
  }

  /** The spare, or a new process where there is none. */
  take(onLoss: OnLoss): RemoteProcess {
    const taken = this.spare ?? new RemoteProcess(this.options);
    this.spare = undefined;
    taken.onLoss = (loss) => {
      this.report(loss);
      onLoss(loss);
    };
    void taken.ready.then(() => this.prepare());
    return taken;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.spare?.close();
  }

  private prepare(): void {
    if (this.isClosed || this.spare) return;
    const spare = new RemoteProcess(this.options);
    spare.onLoss = () => {
      if (this.spare === spare) this.spare = undefined;
    };
    this.spare = spare;
  }
}
