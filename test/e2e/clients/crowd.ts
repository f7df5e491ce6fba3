import { expect } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { type AppCall, callsOf } from './calls.js';
import { type Client } from './client.js';
import { type Scene, type Stage } from './stage.js';

interface Member {
  readonly scene: Scene;
  readonly calls: readonly AppCall[];
}

/** Longer than the product needs to find that Kafka is away. */
const PATIENCE_MS = 20_000;

/** Several clients in front of one product, for what is too costly to happen to each of them alone. */
export class Crowd {
  private readonly members = new Map<Client, Member>();

  private constructor() {}

  static async gather(stage: Stage, clients: readonly Client[]): Promise<Crowd> {
    const crowd = new Crowd();
    for (const client of clients)
      crowd.members.set(client, { scene: await stage.enter(client), calls: callsOf(client.kinds) });
    return crowd;
  }

  get scenes(): Scene[] {
    return [...this.members.values()].map(({ scene }) => scene);
  }

  /** Resolves when each of them has had this answer to a call with events. */
  async sendUntilEachHas(status: number): Promise<void> {
    await Promise.all([...this.members.values()].map(({ scene, calls }) => scene.session.send(calls)));
    const hasIt = (scene: Scene) => scene.posts().some((post) => post.status === status);
    await eventually(() => expect(this.scenes.every(hasIt)).toBe(true), PATIENCE_MS);
  }

  callsOf(client: Client): readonly AppCall[] {
    return this.members.get(client)?.calls ?? [];
  }

  async close(): Promise<void> {
    await Promise.all(this.scenes.map((scene) => scene.close()));
  }
}
