import { randomUUID } from 'node:crypto';
import { type AdminApi } from '../../e2e/openapi/admin-api.js';
import { eventually } from '../eventually.js';
import { type Behave, type Behaviour } from './behaviour.js';
import { type HostileServer, hostileServer } from './hostile-server.js';
import { type HostileType } from './hostile-types.js';

/** An attempt to deliver as the product explains it. One that paused the destination has the outcome `paused`. */
export interface Attempt {
  readonly outcome: string;
  readonly reason: string | null;
}

/** A destination and its server. */
interface Target {
  readonly behaviour: Behaviour;
  readonly server: HostileServer;
}

interface Explained {
  readonly destinations: {
    readonly destinationId: string;
    readonly name: string;
    readonly state: string;
    readonly attempts: Attempt[];
  }[];
}

interface Paused {
  readonly paused: { readonly reason: string };
}

const SLACK_MS = 20_000;
/** The reads of all types' attempts must not be a load of their own. */
const LOOK_EVERY_MS = 500;
/** A retry comes after the end of the run: each event is attempted once. */
const RETRY_AFTER_S = 3_600;
/** Values of the secret settings that a document refers to by their names. */
const SECRETS = { password: 'p', secretAccessKey: 'secret' };
/** Destinations that may still wait for their time limit when the next group starts. */
const MAX_WAITING = 12;

let turn: Promise<unknown> = Promise.resolve();

/** A workspace whose destinations of one type all have hostile servers. */
export class HostileTenant {
  /** Attempts by the name of the behaviour. */
  readonly attempts = new Map<string, Attempt[]>();
  private readonly targets = new Map<string, Target>();
  private readonly messageIds: string[] = [];
  private readonly writeKey = `hostile-${randomUUID()}`;

  private constructor(
    private readonly admin: AdminApi,
    readonly type: HostileType,
    private readonly ca: string,
    private readonly workspace: string,
  ) {}

  static async make(admin: AdminApi, type: HostileType, ca: string): Promise<HostileTenant> {
    const { id } = await admin.do('POST', '/workspaces', { name: `Hostile ${randomUUID()}` });
    return new HostileTenant(admin, type, ca, `/workspaces/${id}`);
  }

  /**
   * Runs the behaviours in groups of this size, each against a destination of its own. All destinations of a group get an event at
   * once, and a second one later, which finds what the first attempt has left. Rejects when an attempt does not end in time.
   */
  async run(behaviours: readonly Behaviour[], size: number, maxWaiting = MAX_WAITING): Promise<void> {
    for (let at = 0; at < behaviours.length; at += size) {
      await this.declare(behaviours.slice(at, at + size));
      await this.send();
      await this.untilWaiting(maxWaiting);
      await this.send();
    }
    await this.untilWaiting(0);
    await this.declare([]);
  }

  async close(): Promise<void> {
    await Promise.all([...this.targets.values()].map(({ server }) => server.close()));
  }

  /** Adds destinations, and removes those whose attempts have ended. */
  private async declare(behaviours: readonly Behaviour[]): Promise<void> {
    for (const [name, { server }] of [...this.targets])
      if (this.attempts.has(name)) {
        await server.close();
        this.targets.delete(name);
      }
    for (const behaviour of behaviours) {
      const behave = behaviour.tls ? this.beforeTls(behaviour.behave) : behaviour.behave;
      this.targets.set(behaviour.name, { behaviour, server: await hostileServer(behave) });
    }
    const destinations = [...this.targets.values()].map((target) => this.entryOf(target));
    const named = new Set(destinations.flatMap(({ secrets }) => Object.keys(secrets)));
    const writeKeys = [{ name: 'Key', value: this.writeKey }];
    const document = {
      version: 1,
      sources: [{ name: 'Source', writeKeys }],
      destinations,
      connections: destinations.map(({ name }) => ({ source: 'Source', destination: name })),
      secrets: Object.fromEntries(Object.entries(SECRETS).filter(([name]) => named.has(name))),
    };
    // The product takes only a few documents at a time, and answers 429 to further ones.
    const applied = turn.then(() => this.admin.do('PUT', `${this.workspace}/apply?discard=true`, document));
    turn = applied.catch(() => undefined);
    await applied;
  }

  private entryOf({ behaviour, server }: Target) {
    const tls = behaviour.tls && { ca: this.ca };
    const given = Object.entries({ ...this.type.settings(server.port, tls), ...behaviour.settings });
    const isSecret = ([name]: [string, unknown]): boolean => name in SECRETS;
    const settings = Object.fromEntries(given.filter((entry) => !isSecret(entry)));
    const secrets = Object.fromEntries(given.filter(isSecret).map(([name]) => [name, { $secret: name }]));
    const retryDelaysSeconds = [RETRY_AFTER_S];
    return { type: this.type.type, name: behaviour.name, settings, secrets, retryDelaysSeconds };
  }

  private beforeTls(behave: Behave): Behave {
    const { beforeTls } = this.type;
    if (beforeTls === undefined) return behave;
    return (socket) =>
      socket.once('data', () => {
        socket.write(beforeTls);
        behave(socket);
      });
  }

  private async send(): Promise<void> {
    const messageId = `${this.writeKey}-${this.messageIds.length}`;
    this.messageIds.push(messageId);
    const response = await fetch(`${this.admin.address}/v1/track`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${this.writeKey}:`)}` },
      body: JSON.stringify({ userId: messageId, event: 'Hostile', messageId }),
    });
    if (response.status !== 200)
      throw new Error(`the hostile tenant's event was answered ${response.status}`);
  }

  /** Waits until at most so many destinations have made no attempt. */
  private async untilWaiting(most: number): Promise<void> {
    await eventually(
      async () => {
        await this.collect();
        const waiting = [...this.targets.keys()].filter((name) => !this.attempts.has(name));
        if (waiting.length > most)
          throw new Error(`attempts of ${this.type.type} have not ended: ${waiting.slice(0, 10).join('; ')}`);
      },
      this.type.limitMs + SLACK_MS,
      LOOK_EVERY_MS,
    );
  }

  private async collect(): Promise<void> {
    for (const messageId of this.messageIds.slice(-4)) {
      const path = `${this.workspace}/deliveries?messageId=${messageId}`;
      const { destinations } = await this.admin.do<Explained>('GET', path);
      for (const { destinationId, name, state, attempts } of destinations)
        if (attempts.length > 0) this.attempts.set(name, attempts);
        else if (state === 'paused' && !this.attempts.has(name)) {
          const { paused } = await this.admin.do<Paused>(
            'GET',
            `${this.workspace}/destinations/${destinationId}`,
          );
          this.attempts.set(name, [{ outcome: 'paused', reason: paused.reason }]);
        }
    }
  }
}
