import { isDeepStrictEqual } from 'node:util';
import { type EntityManager, type EntityTarget, type FindOptionsWhere, type ObjectLiteral } from 'typeorm';
import { AuditRecord } from '../../database/entities/audit-record.entity.js';
import { newId } from '../../database/new-id.js';
import { type Actor } from '../access/actor.js';
import { type RequestContext } from '../access/request-context.js';
import { Problem } from '../problems/problem.js';

/** A kind of resource: its table, and how the API and the audit log show a row without secrets. */
export interface Kind<Row extends ObjectLiteral & { id: string }, View extends object> {
  /** Its name in the audit log and in problems. */
  readonly type: string;
  readonly entity: EntityTarget<Row>;
  readonly view: (row: Row) => View;
}

/** Rows of an insert: Postgres admits 65,535 parameters. */
const AUDIT_ROWS = 500;

/** One audit entry without its actor. */
export interface AuditStep {
  readonly action: string;
  readonly workspaceId: string | null;
  readonly resourceId: string;
  readonly before: object | null;
  readonly after: object | null;
}

/** One change of the configuration: a transaction, the request that asked for it, and the audit rows that it will have. */
export class Change {
  /** In the order of the steps. */
  readonly audited: AuditRecord[] = [];

  /** Effects that run after the commit, such as counting. They do not run after a rollback. */
  readonly afterwards: (() => void)[] = [];
  /** Original names of rows whose names were released, by id. */
  private readonly released = new Map<string, string>();

  constructor(
    readonly manager: EntityManager,
    private readonly context: RequestContext,
  ) {}

  get actor(): Actor {
    return this.context.actor;
  }

  /** Throws `precondition_failed` when `If-Match` names another version than the row has. */
  expect(row: { readonly version: number }): void {
    const { ifMatch } = this.context;
    if (ifMatch === undefined || ifMatch.trim() === '*') return;
    const expected = ifMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (!expected.includes(`"${row.version}"`))
      throw new Problem(
        'precondition_failed',
        `The entity tag is "${row.version}" now: read the resource again`,
      );
  }

  async insert<Row extends ObjectLiteral & { id: string }, View extends object>(
    kind: Kind<Row, View>,
    workspaceId: string | null,
    values: Partial<Row> & { id: string },
  ): Promise<View> {
    await this.manager.insert(kind.entity, values);
    const after = kind.view(await this.read(kind, values.id));
    this.audit(kind.type, {
      action: 'create',
      workspaceId,
      resourceId: values.id,
      before: null,
      after,
    });
    return after;
  }

  /**
   * Frees the names of rows, so that other rows can take them within this change. Each row must get a name by `update`
   * afterwards, whose audit entry shows the original one. Until then its name is its id and a blank: no name ends so.
   */
  async releaseNames<Row extends ObjectLiteral & { id: string; name: string }>(
    { entity }: Pick<Kind<Row, object>, 'entity'>,
    rows: readonly Row[],
  ): Promise<void> {
    if (rows.length === 0) return;
    const { tablePath } = this.manager.dataSource.getMetadata(entity);
    const ids = rows.map(({ id }) => id);
    await this.manager.query(`UPDATE ${tablePath} SET name = id || ' ' WHERE id = ANY ($1)`, [ids]);
    for (const { id, name } of rows) this.released.set(id, name);
  }

  /**
   * Writes only the columns that differ. When none does, version and audit log stay as they are. `also` is added to `after`
   * of the audit entry, such as the names of changed secrets.
   */
  async update<Row extends ObjectLiteral & { id: string }, View extends object>(
    kind: Kind<Row, View>,
    workspaceId: string | null,
    found: Row,
    values: Partial<Row>,
    action = 'update',
    also: object = {},
  ): Promise<View> {
    const name = this.released.get(found.id);
    const row = name === undefined ? found : { ...found, name };
    const given = Object.entries(values) as [keyof Row, unknown][];
    const changed = given.filter(
      ([name, value]) => value !== undefined && !isDeepStrictEqual(row[name], value),
    );
    const before = kind.view(row);
    if (changed.length === 0) return before;
    const where = { id: row.id } as FindOptionsWhere<Row>;
    await this.manager.update(kind.entity, where, Object.fromEntries(changed) as never);
    const after = kind.view(await this.read(kind, row.id));
    const shown = { ...after, ...also };
    this.audit(kind.type, { action, workspaceId, resourceId: row.id, before, after: shown });
    return after;
  }

  /** `also` is added to `before` of the audit entry, such as how many deliveries were discarded. */
  async remove<Row extends ObjectLiteral & { id: string }, View extends object>(
    kind: Kind<Row, View>,
    workspaceId: string | null,
    row: Row,
    also: object = {},
  ): Promise<void> {
    await this.manager.delete(kind.entity, { id: row.id });
    const before = { ...kind.view(row), ...also };
    this.audit(kind.type, { action: 'delete', workspaceId, resourceId: row.id, before, after: null });
  }

  /** Writes the audit entry of an action that changes no single resource, such as one on many rows at once. */
  note(resourceType: string, step: Omit<AuditStep, 'before'>): void {
    this.audit(resourceType, { ...step, before: null });
  }

  private read<Row extends ObjectLiteral & { id: string }>(
    { entity }: Pick<Kind<Row, object>, 'entity'>,
    id: string,
  ): Promise<Row> {
    return this.manager.findOneByOrFail(entity, { id } as FindOptionsWhere<Row>);
  }

  /** Writes the audit rows, which is the last step of the transaction: one statement for many rows. */
  async writeAudit(): Promise<void> {
    for (let first = 0; first < this.audited.length; first += AUDIT_ROWS)
      await this.manager.insert(AuditRecord, this.audited.slice(first, first + AUDIT_ROWS));
  }

  private audit(resourceType: string, step: AuditStep): void {
    const { actor, address, userAgent } = this.context;
    const { tokenId, tokenName } = actor;
    const row = {
      id: newId('aud'),
      at: new Date(),
      tokenId,
      tokenName,
      address,
      userAgent,
      resourceType,
      ...step,
    };
    this.audited.push(row);
  }
}
