/** Why a worker has ended unasked. */
export type WorkerEndCause = 'died' | 'blocked' | 'not_started';

/** The end of a worker, asked for or not. */
export interface WorkerEnd {
  readonly cause: WorkerEndCause;
  readonly exitCode?: number;
  readonly signal?: string;
  /** Why the worker could not start, in its own words. */
  readonly sentence?: string;
}

export const workerEnd = (
  cause: WorkerEndCause,
  exitCode: number | null,
  signal: string | null,
  sentence: string | undefined,
): WorkerEnd => ({
  cause,
  ...(exitCode !== null && { exitCode }),
  ...(signal !== null && { signal }),
  ...(sentence !== undefined && { sentence }),
});

/** No worker is left and none can start. The message is for the operator. */
export class WorkersCannotStart extends Error {
  override readonly name = 'WorkersCannotStart';

  constructor({ sentence, signal, exitCode }: WorkerEnd) {
    const way =
      signal === undefined ? `ended with exit code ${exitCode ?? 'unknown'}` : `was ended by ${signal}`;
    super(sentence ?? `The worker ${way} during its start.`);
  }
}
