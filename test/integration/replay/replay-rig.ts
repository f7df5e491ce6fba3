import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { ConfigModule } from '../../../src/config/config.module.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { Replay } from '../../../src/database/entities/replay.entity.js';
import { newId } from '../../../src/database/new-id.js';
import { DeliveryModule } from '../../../src/destinations/delivery/delivery.module.js';
import { DestinationDirectory } from '../../../src/destinations/delivery/destination-directory.js';
import { type ReplayCriteria } from '../../../src/destinations/replay/criteria.js';
import { DryRun, type DryRunResult } from '../../../src/destinations/replay/dry-run.js';
import { Histories } from '../../../src/destinations/replay/histories.js';
import { progressOf, type ReplayProgress } from '../../../src/destinations/replay/progress.js';
import { EventLog } from '../../../src/event-log/event-log.js';
import { type CanonicalEvent } from '../../../src/events/event.js';
import { freshDatabase } from '../../support/database.js';
import { anEvent } from '../../support/events.js';
import { type Driver, type Rig } from '../event-log/drivers.js';

type Asked = Partial<ReplayCriteria> & { readonly rateLimit?: number };

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

  static async prepare(driver: Driver): Promise<ReplayRig> {
    const rig = await driver.rig();
    const database = await freshDatabase();
    const env = {
      DATABASE_URL: database.url,
      DESTINATION_ALLOWED_CIDRS: '127.0.0.0/8',
      EVENTS_TOPIC: rig.topic,
      DEAD_LETTERS_TOPIC: rig.otherTopic,
      RETRY_BASE_MS: '100',
    };
    const made = new ReplayRig(rig, await rig.open(), env, () => database.drop());
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

  /** A webhook connected to the source. */
  async destination(url: string, settings: object = {}): Promise<string> {
    const id = newId('dst');
    const values = [id, this.source.workspaceId, { url, ...settings }];
    await this.sql(
      `INSERT INTO destinations (id, workspace_id, type, name, settings) VALUES ($1, $2, 'webhook', $1, $3)`,
      values,
    );
    await this.sql('INSERT INTO connections (id, source_id, destination_id) VALUES ($1, $2, $3)', [
      newId('con'),
      this.source.id,
      id,
    ]);
    return id;
  }

  /** Appends events of different users, so that they lie in every partition. */
  async publish(count: number, overrides: Partial<CanonicalEvent> = {}): Promise<CanonicalEvent[]> {
    const { id, workspaceId } = this.source;
    const events = Array.from({ length: count }, (_, index) =>
      anEvent({ projectId: id, userId: `user-${index}`, ...overrides }),
    );
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

  dryRun(destinationId: string, asked: Asked): Promise<DryRunResult> {
    return this.get(DryRun).run(destinationId, criteriaOf(asked), 20_000);
  }

  /** A replay as the API makes one; `more` are columns that differ. */
  async replay(destinationId: string, asked: Asked, more: Partial<Replay> = {}): Promise<string> {
    const { workspaceId } = this.source;
    const criteria = criteriaOf(asked);
    const plan = await this.get(Histories).plan({ id: destinationId, workspaceId }, criteria);
    const id = newId('rpl');
    const values = { id, workspaceId, destinationId, criteria, plan, rateLimit: asked.rateLimit ?? null };
    await this.get(DataSource).manager.insert(Replay, { ...values, state: 'running', ...more });
    return id;
  }

  async read(id: string): Promise<Replay & { progress: ReplayProgress }> {
    const row = await this.get(DataSource).manager.findOneByOrFail(Replay, { id });
    return Object.assign(row, { progress: progressOf(row.progress) });
  }

  async set(id: string, state: Replay['state']): Promise<void> {
    await this.sql('UPDATE replays SET state = $2 WHERE id = $1', [id, state]);
  }

  /** What the workers know of a destination. */
  stateOf(destinationId: string): string | undefined {
    return this.get(DestinationDirectory).find(destinationId)?.state;
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
      imports: [ConfigModule.with(loadConfig(this.env)), DeliveryModule],
    })
      .overrideProvider(EventLog)
      .useValue(keptOpen(this.log))
      .compile();
    this.app.useLogger(false);
  }
}

const criteriaOf = ({ rateLimit: _, ...asked }: Asked): ReplayCriteria => ({
  from: new Date(0).toISOString(),
  to: new Date().toISOString(),
  onlyFailed: false,
  ...asked,
});

/** The log outlives the process that the rig stands for. */
function keptOpen(log: EventLog): EventLog {
  return new Proxy(log, {
    get(target, name) {
      if (name === 'close') return () => Promise.resolve();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
