import { isDeepStrictEqual } from 'node:util';
import { type EntityManager, type EntityTarget, type FindOptionsWhere, type ObjectLiteral } from 'typeorm';
import { AuditRecord } from '../../database/entities/audit-record.entity.js';
import { newId } from '../../database/new-id.js';
import { type Actor } from '../access/actor.js';
import { type RequestContext } from '../access/request-context.js';
import { Problem } from '../problems/problem.js';

/** A kind of resource: where its rows lie, and how the API and the audit log show one, without anything secret. */
export interface Kind<Row extends ObjectLiteral & { id: string }, View extends object> {
  /** As the audit log and problems name it. */
  readonly type: string;
  readonly entity: EntityTarget<Row>;
  readonly view: (row: Row) => View;
}

interface Step {
  readonly action: string;
  readonly workspaceId: string | null;
  readonly resourceId: string;
  readonly before: object | null;
  readonly after: object | null;
}

/** One change of the configuration: a transaction, whoever asked for it, and the audit rows it has written. */
export class Change {
  /** In the order they were written. */
  readonly audited: AuditRecord[] = [];
  /** What is to be done once the change is durable, such as counting; never of one that is taken back. */
  readonly afterwards: (() => void)[] = [];
  /** Names of rows that have given them up, by the ids of those. */
  private readonly released = new Map<string, string>();

  constructor(
    readonly manager: EntityManager,
    private readonly context: RequestContext,
  ) {}

  get actor(): Actor {
    return this.context.actor;
  }

  /** Throws `precondition_failed` when the request wants another version than the row has (`If-Match`). */
  expect(row: { readonly version: number }): void {
    const { ifMatch } = this.context;
    if (ifMatch === undefined || ifMatch.trim() === '*') return;
    const wanted = ifMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (!wanted.includes(`"${row.version}"`))
      throw new Problem('precondition_failed', `Its entity tag is "${row.version}" now: read it again`);
  }

  async insert<Row extends ObjectLiteral & { id: string }, View extends object>(
    kind: Kind<Row, View>,
    workspaceId: string | null,
    values: Partial<Row> & { id: string },
  ): Promise<View> {
    await this.manager.insert(kind.entity, values);
    const after = kind.view(await this.read(kind, values.id));
    await this.audit(kind.type, {
      action: 'create',
      workspaceId,
      resourceId: values.id,
      before: null,
      after,
    });
    return after;
  }

  /**
   * Has rows give up their names, so that others can take these within the change; each must get another one by `update`, which
   * tells of it as if it had kept its own. Meanwhile a row is called by its id and a blank, with which no name ends.
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
   * Writes only what differs; when nothing does, neither version nor audit log move. `also` is what the audit row's `after`
   * says beyond the view, such as which secrets were changed.
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
    const told = { ...after, ...also };
    await this.audit(kind.type, { action, workspaceId, resourceId: row.id, before, after: told });
    return after;
  }

  /** `also` is what the audit row's `before` says beyond the view, such as how much went with it. */
  async remove<Row extends ObjectLiteral & { id: string }, View extends object>(
    kind: Kind<Row, View>,
    workspaceId: string | null,
    row: Row,
    also: object = {},
  ): Promise<void> {
    await this.manager.delete(kind.entity, { id: row.id });
    const before = { ...kind.view(row), ...also };
    await this.audit(kind.type, { action: 'delete', workspaceId, resourceId: row.id, before, after: null });
  }

  /** Writes the audit row of an action that is no change of a resource that has a view, such as one on many rows at once. */
  note(resourceType: string, step: Omit<Step, 'before'>): Promise<void> {
    return this.audit(resourceType, { ...step, before: null });
  }

  private read<Row extends ObjectLiteral & { id: string }>(
    { entity }: Pick<Kind<Row, object>, 'entity'>,
    id: string,
  ): Promise<Row> {
    return this.manager.findOneByOrFail(entity, { id } as FindOptionsWhere<Row>);
  }

  private async audit(resourceType: string, step: Step): Promise<void> {
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
    await this.manager.insert(AuditRecord, row);
    this.audited.push(row);
  }
}
