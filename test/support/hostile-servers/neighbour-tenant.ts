import { join } from 'node:path';
import { type AdminApi } from '../../e2e/openapi/admin-api.js';
import { type Child, startChild } from '../child.js';

const EVERY_MS = 20;
const WRITE_KEY = 'write-key-of-the-neighbour';

/** A call of the neighbour. */
export interface SteadyCall {
  readonly messageId: string;
  /** 0 without an answer. */
  readonly status: number;
  readonly ms: number;
}

/** A destination of the neighbour. */
export interface NeighbourDestination {
  readonly type: string;
  readonly name: string;
  readonly settings: object;
}

/** An honest workspace: an app that sends an event every 20 ms, to destinations whose servers are well. */
export class NeighbourTenant {
  private constructor(
    private readonly admin: AdminApi,
    private readonly workspace: string,
    private readonly app: Child,
  ) {}

  static async start(
    admin: AdminApi,
    destinations: readonly NeighbourDestination[],
  ): Promise<NeighbourTenant> {
    const { id } = await admin.do('POST', '/workspaces', { name: 'Neighbour' });
    const workspace = `/workspaces/${id}`;
    await admin.do('PUT', `${workspace}/apply`, {
      version: 1,
      sources: [{ name: 'Source', writeKeys: [{ name: 'Key', value: WRITE_KEY }] }],
      destinations,
      connections: destinations.map(({ name }) => ({ source: 'Source', destination: name })),
      secrets: {},
    });
    const args = [admin.address, WRITE_KEY, String(EVERY_MS)];
    const app = await startChild(join(import.meta.dirname, 'steady-caller.ts'), args);
    return new NeighbourTenant(admin, workspace, app);
  }

  /** Calls that have ended, in that order. */
  calls(): readonly SteadyCall[] {
    return this.app.lines.map((line) => {
      const [messageId = '', status, ms] = line.split(' ');
      return { messageId, status: Number(status), ms: Number(ms) };
    });
  }

  /** Outcome of a message at each destination, by name. */
  async outcomesOf(messageId: string): Promise<Readonly<Record<string, string>>> {
    const { destinations } = await this.admin.do<{ destinations: { name: string; outcome: string }[] }>(
      'GET',
      `${this.workspace}/deliveries?messageId=${messageId}`,
    );
    return Object.fromEntries(destinations.map(({ name, outcome }) => [name, outcome]));
  }

  stop(): Promise<void> {
    return this.app.kill();
  }
}

/** The time, in ms, within which 99 of 100 calls ended. */
export function p99Of(calls: readonly SteadyCall[]): number {
  const times = calls.map(({ ms }) => ms).sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? NaN;
}
