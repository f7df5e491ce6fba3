import { type INestApplication } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { ConfigModule } from '../../src/config/config.module.js';
import { loadConfig } from '../../src/config/load-config.js';
import { newId } from '../../src/database/new-id.js';
import { Bulkhead } from '../../src/destinations/bulkhead/bulkhead.js';
import { DeliveryModule } from '../../src/destinations/delivery/delivery.module.js';
import { groupOf } from '../../src/destinations/delivery/model/prepared-destination.js';
import { ProcessTimers } from '../../src/destinations/delivery/retry/timers/process-timers.js';
import { RetryTimers } from '../../src/destinations/delivery/retry/timers/retry-timers.js';
import { Terminal } from '../../src/destinations/delivery/call/terminal.js';
import { type DestinationType } from '../../src/destinations/handlers/index.js';
import { EventLog } from '../../src/event-log/event-log.js';
import { type CanonicalEvent } from '../../src/events/event.js';
import { Conditions } from '../../src/health/conditions.js';
import { freshDatabase } from './database.js';
import { anEvent } from './events.js';
import { eventually } from './eventually.js';
import { FakeLog } from './fake-log.js';

export interface WaitingRow {
  readonly id: string;
  readonly attempt: number;
  readonly last_status: number | null;
  readonly last_reason: string;
}

/** The delivery side on a log in memory and a database of its own. Destinations are made before it starts. */
export class DeliveryRig {
  readonly log = new FakeLog();
  readonly printed: string[] = [];
  private app: TestingModule | undefined;
  private http: INestApplication | undefined;
  private readonly source = { id: '', workspaceId: '' };

  private constructor(
    private readonly env: Record<string, string>,
    private readonly dropDatabase: () => Promise<void>,
    private readonly eventLog: EventLog | undefined,
    private readonly bulkhead: Bulkhead | undefined,
  ) {}

  /**
   * Compiles with the database ready, without starting. `env` overrides settings; `eventLog` replaces the log in memory, and
   * `bulkhead` the delivery processes; both are closed with the rig.
   */
  static async prepare(
    env: Record<string, string> = {},
    eventLog?: EventLog,
    bulkhead?: Bulkhead,
  ): Promise<DeliveryRig> {
    const database = env['DATABASE_URL'] === undefined ? await freshDatabase() : undefined;
    const own = {
      DATABASE_URL: database?.url ?? '',
      DESTINATION_ALLOWED_CIDRS: '127.0.0.0/8',
      RETRY_BASE_MS: '20',
    };
    const drop = () => database?.drop() ?? Promise.resolve();
    const rig = new DeliveryRig({ ...own, ...env }, drop, eventLog, bulkhead);
    await rig.compile();
    Object.assign(rig.source, (await rig.sql('SELECT id, workspace_id AS "workspaceId" FROM sources'))[0]);
    return rig;
  }

  async start(): Promise<this> {
    if (!this.app) await this.compile();
    await this.app?.init();
    return this;
  }

  /** Starts as a part of an application with HTTP; the result makes that listen. */
  async startWithHttp(): Promise<() => Promise<unknown>> {
    if (!this.app) await this.compile();
    const http = this.app!.createNestApplication({ logger: false });
    this.http = http;
    await http.init();
    return () => http.listen(0, '127.0.0.1');
  }

  async stop(): Promise<void> {
    await (this.http ?? this.app)?.close();
    this.app = this.http = undefined;
  }

  /** Sentences of the readiness probe. */
  conditions(): readonly string[] {
    return this.app?.get(Conditions, { strict: false }).now() ?? [];
  }

  async dispose(): Promise<void> {
    await this.stop();
    await this.log.close();
    await this.eventLog?.close();
    await this.dropDatabase();
  }

  /** A destination connected to the source. */
  async destination(type: DestinationType, settings: object, connected = true): Promise<string> {
    const id = newId('dst');
    await this.sql(
      'INSERT INTO destinations (id, workspace_id, type, name, settings) VALUES ($1, $2, $3, $1, $4)',
      [id, this.source.workspaceId, type, settings],
    );
    if (connected) {
      const connection = [newId('con'), this.source.id, id];
      await this.sql(
        'INSERT INTO connections (id, source_id, destination_id) VALUES ($1, $2, $3)',
        connection,
      );
    }
    return id;
  }

  /** Appends events as the publisher does; `headers` overrides its headers, `topic` the default name of the topic. */
  async publish(
    count = 1,
    overrides: Partial<CanonicalEvent> | (() => Partial<CanonicalEvent>) = {},
    headers = {},
    topic = 'tributary.events',
  ): Promise<CanonicalEvent[]> {
    const events = Array.from({ length: count }, () =>
      anEvent({ projectId: this.source.id, ...(typeof overrides === 'function' ? overrides() : overrides) }),
    );
    await (this.eventLog ?? this.log).append(
      events.map((event) => ({
        topic,
        key: 'key',
        value: JSON.stringify(event),
        headers: { workspace: this.source.workspaceId, source: this.source.id, type: event.type, ...headers },
      })),
    );
    return events;
  }

  waiting(): Promise<WaitingRow[]> {
    return this.sql<WaitingRow>('SELECT * FROM deliveries ORDER BY origin');
  }

  deadLetters() {
    return this.log
      .of('tributary.dead-letters')
      .map(({ key, headers, value }) => ({ key, headers, value: JSON.parse(value.toString()) as object }));
  }

  /** How many records a destination has finished. */
  position(destination: string): number {
    return Number(this.log.next.get(groupOf(destination)) ?? 0n);
  }

  sql<Row = Record<string, unknown>>(statement: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.database().query<Row[]>(statement, parameters);
  }

  database(): DataSource {
    if (!this.app) throw new Error('the rig is stopped');
    return this.app.get(DataSource);
  }

  /** Waits until a timer is set for a row that was attempted once, and then deletes all timers. */
  async forgetTimers({ id }: Pick<WaitingRow, 'id'>): Promise<void> {
    if (!this.app) throw new Error('the rig is stopped');
    const timers = this.app.get(RetryTimers, { strict: false });
    if (timers instanceof ProcessTimers) {
      await eventually(() => {
        if (timers.size !== 1) throw new Error('the timer is not set');
      });
      timers.clear();
      return;
    }
    const redis = new Redis(this.env['REDIS_URL'] ?? '');
    await eventually(async () => {
      const count = await redis.exists(`tributary:delivery-retries:${id}:1`);
      if (count !== 1) throw new Error('the timer is not set');
    });
    await redis.flushall();
    redis.disconnect();
  }

  private async compile(): Promise<void> {
    const module = Test.createTestingModule({
      imports: [ConfigModule.with(loadConfig(this.env)), DeliveryModule],
    });
    if (this.bulkhead) module.overrideProvider(Bulkhead).useValue(this.bulkhead);
    this.app = await module
      .overrideProvider(EventLog)
      .useValue(this.eventLog ?? this.log)
      .overrideProvider(Terminal)
      .useValue({ print: (line: string) => this.printed.push(line) })
      .compile();
    this.app.useLogger(false);
  }
}
