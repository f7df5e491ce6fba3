import { Problem } from '../problems/problem.js';

export interface SlotLimits {
  /** The work, in the plural, as the refusal names it. */
  readonly what: string;
  readonly perWorkspace: number;
  /** Most in this process. */
  readonly inAll: number;
  readonly retryAfterSeconds: number;
}

/** Admits costly work, a limited number at a time per workspace, so that one tenant leaves room for others. */
export class WorkspaceSlots {
  /** Workspaces of the work in flight. */
  private readonly inFlight: string[] = [];

  constructor(private readonly limits: SlotLimits) {}

  /** Runs the work, or throws `too_many_requests` at once when its workspace or the process has no free slot. */
  async run<T>(workspaceId: string, work: () => Promise<T>): Promise<T> {
    const { what, perWorkspace, inAll, retryAfterSeconds } = this.limits;
    const own = this.inFlight.filter((one) => one === workspaceId).length;
    if (own >= perWorkspace || this.inFlight.length >= inAll)
      throw new Problem('too_many_requests', `Other ${what} are in progress: wait for their answers`, {
        headers: { 'Retry-After': String(retryAfterSeconds) },
      });
    this.inFlight.push(workspaceId);
    try {
      return await work();
    } finally {
      this.inFlight.splice(this.inFlight.indexOf(workspaceId), 1);
    }
  }
}
