import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource, type EntityManager } from 'typeorm';
import { expect } from 'vitest';
import { type ReplayDto } from '../../../src/admin/replays/replay.dto.js';
import { replayView } from '../../../src/admin/replays/replay-view.js';
import { ConfigModule } from '../../../src/config/config.module.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { Replay } from '../../../src/database/entities/replay.entity.js';
import { newId } from '../../../src/database/new-id.js';
import { ReplayModule } from '../../../src/destinations/replay/replay.module.js';
import { DestinationDirectory } from '../../../src/destinations/delivery/directory/destination-directory.js';
import { type DestinationType } from '../../../src/destinations/handlers/index.js';
import { type ReplayCriteria } from '../../../src/destinations/replay/history/criteria.js';
import { DryRun, type DryRunResult } from '../../../src/destinations/replay/dry-run.js';
import { Histories } from '../../../src/destinations/replay/history/histories.js';
import { EventLog } from '../../../src/event-log/event-log.js';
import { type CanonicalEvent } from '../../../src/events/event.js';
import { freshDatabase } from '../../support/database.js';
import { anEvent } from '../../support/events.js';
import { eventually } from '../../support/eventually.js';
import { type Driver, type Rig } from '../event-log/drivers.js';

type ReplayRequest = Partial<ReplayCriteria> & { readonly rateLimit?: number };
type Overrides = Partial<CanonicalEvent> | ((index: number) => Partial<CanonicalEvent>);

const PATIENCE_MS = 30_000;

/** The delivery side on a real event log and a database of its own. */
export class ReplayRig {
  private app: TestingModule | undefined;
  private readonly source = { id: '', workspaceId: '' };

  private constructor(
    private readonly rig: Rig,
    readonly log: EventLog,
    private readonly env: Record<string, string>,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  /** Compiles without starting. `more` overrides settings; a database given there is not dropped. */
  static async prepare(driver: Driver, more: Record<string, string> = {}): Promise<ReplayRig> {
    const rig = await driver.rig();
    const database = more['DATABASE_URL'] === undefined ? await freshDatabase() : undefined;
    const env = {
      DATABASE_URL: database?.url ?? '',
      DESTINATION_ALLOWED_CIDRS: '127.0.0.0/8',
      EVENTS_TOPIC: rig.topic,
      DEAD_LETTERS_TOPIC: rig.otherTopic,
      RETRY_BASE_MS: '100',
      ...more,
    };
    const made = new ReplayRig(rig, await rig.open(), env, () => database?.drop() ?? Promise.resolve());
    await made.compile();
    Object.assign(made.source, (await made.sql('SELECT id, workspace_id AS "workspaceId" FROM sources'))[0]);
    return made;
  }

  async start(): Promise<void> {
    if (!this.app) await this.compile();
    await this.app?.init();
  }

  async stop(): Promise<void> {
    await this.app?.close();
    this.app = undefined;
  }

  async dispose(): Promise<void> {
    await this.stop();
    await this.rig.dispose();
    await this.dropDatabase();
  }

  /** A destination connected to the source, a webhook unless another type is given; resolves when the workers have loaded it. */
  async destination(settings: object, type: DestinationType = 'webhook'): Promise<string> {
    const id = newId('dst');
    await this.sql(
      'INSERT INTO destinations (id, workspace_id, type, name, settings) VALUES ($1, $2, $3, $1, $4)',
      [id, this.source.workspaceId, type, settings],
    );
    await this.sql('INSERT INTO connections (id, source_id, destination_id) VALUES ($1, $2, $3)', [
      newId('con'),
      this.source.id,
      id,
    ]);
    await eventually(() => expect(this.directory.find(id)?.sources.size).toBe(1));
    return id;
  }

  /** Deletes all destinations, so that the next test has its own. */
  async clear(): Promise<void> {
    await this.sql('DELETE FROM connections');
    await this.sql('DELETE FROM destinations');
  }

  /** Publishes events that destinations made later receive by replay only; resolves with their time range. */
  async past(count: number, overrides: Overrides = {}) {
    const from = await moment();
    const events = await this.publish(count, overrides);
    return { events, from, to: await moment() };
  }

  /** Appends events of different users, so that they lie in every partition. */
  async publish(count: number, overrides: Overrides = {}): Promise<CanonicalEvent[]> {
    const { id, workspaceId } = this.source;
    const events = Array.from({ length: count }, (_, index) => {
      const own = typeof overrides === 'function' ? overrides(index) : overrides;
      return anEvent({ projectId: id, userId: `user-${index}`, ...own });
    });
    await this.log.append(
      events.map((event) => ({
        topic: this.rig.topic,
        key: event.userId ?? '',
        value: JSON.stringify(event),
        headers: { workspace: workspaceId, source: id, type: event.type, messageId: event.messageId },
      })),
    );
    return events;
  }

  dryRun(destinationId: string, request: ReplayRequest): Promise<DryRunResult> {
    return this.get(DryRun).run(destinationId, criteriaOf(request), 20_000);
  }

  /** A replay as the API makes one; `more` are columns that differ. */
  async replay(destinationId: string, request: ReplayRequest, more: Partial<Replay> = {}): Promise<string> {
    const { workspaceId } = this.source;
    const criteria = criteriaOf(request);
    const plan = await this.get(Histories).plan({ id: destinationId, workspaceId }, criteria);
    const id = newId('rpl');
    const values = { id, workspaceId, destinationId, criteria, plan, rateLimit: request.rateLimit ?? null };
    await this.manager.insert(Replay, { ...values, state: 'running', ...more });
    return id;
  }

  /** A replay as the API shows it. */
  async read(id: string): Promise<ReplayDto> {
    return replayView(await this.row(id));
  }

  row(id: string): Promise<Replay> {
    return this.manager.findOneByOrFail(Replay, { id });
  }

  ended(id: string, state: Replay['state'] = 'completed'): Promise<void> {
    return eventually(async () => expect((await this.read(id)).state).toBe(state), PATIENCE_MS);
  }

  /** Resolves when no worker has claimed the replay any more, to the ms that took. */
  async stopped(id: string): Promise<number> {
    const from = performance.now();
    await eventually(async () => expect((await this.row(id)).claimedBy).toBeNull(), PATIENCE_MS);
    return performance.now() - from;
  }

  async set(id: string, state: Replay['state']): Promise<void> {
    await this.sql('UPDATE replays SET state = $2 WHERE id = $1', [id, state]);
  }

  /** The state of a destination in the directory of the workers. */
  stateOf(destinationId: string): string | undefined {
    return this.directory.find(destinationId)?.state;
  }

  get manager(): EntityManager {
    return this.get(DataSource).manager;
  }

  private get directory(): DestinationDirectory {
    return this.get(DestinationDirectory);
  }

  sql<Row = Record<string, unknown>>(statement: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.get(DataSource).query<Row[]>(statement, parameters);
  }

  private get<T>(type: abstract new (...parameters: never[]) => T): T {
    if (!this.app) throw new Error('the rig is stopped');
    return this.app.get<T>(type, { strict: false });
  }

  private async compile(): Promise<void> {
    this.app = await Test.createTestingModule({
      imports: [ConfigModule.with(loadConfig(this.env)), ReplayModule],
    })
      .overrideProvider(EventLog)
      .useValue(keptOpen(this.log))
      .compile();
    this.app.useLogger(false);
  }
}

/** A time after everything before the call, and before everything after it. */
export async function moment(): Promise<string> {
  const time = Date.now() + 1;
  await eventually(() => expect(Date.now()).toBeGreaterThan(time));
  return new Date(time).toISOString();
}

const criteriaOf = ({ rateLimit: _, ...request }: ReplayRequest): ReplayCriteria => ({
  from: new Date(0).toISOString(),
  to: new Date().toISOString(),
  onlyFailed: false,
  ...request,
});

/** A log that outlives the process that the rig represents. */
function keptOpen(log: EventLog): EventLog {
  return new Proxy(log, {
    get(target, name) {
      if (name === 'close') return () => Promise.resolve();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
