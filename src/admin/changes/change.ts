import { type EntityManager, type EntityTarget } from 'typeorm';
import { AuditRecord } from '../../database/entities/audit-record.entity.js';
import { newId } from '../../database/new-id.js';
import { mapInTurns } from '../../resilience/map-in-turns.js';
import { type Actor } from '../access/actor.js';
import { type RequestContext } from '../access/request-context.js';
import { Problem } from '../problems/problem.js';
import { deleteRows, differing, type RowWithId, insertRows, readRows, updateRows } from './rows.js';

/** A kind of resource: its table, and how the API and the audit log show a row without secrets. */
export interface Kind<Row extends RowWithId, View extends object> {
  /** Its name in the audit log and in problems. */
  readonly type: string;
  readonly entity: EntityTarget<Row>;
  readonly view: (row: Row) => View;
}

/** A row as it was read, and the values that it is to have. */
export interface Edit<Row> {
  readonly row: Row;
  readonly values: Partial<Row>;
  /** Added to `after` of the audit entry, such as the names of changed secrets. */
  readonly also?: object;
}

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

  async insert<Row extends RowWithId, View extends object>(
    kind: Kind<Row, View>,
    workspaceId: string | null,
    values: Partial<Row> & { id: string },
  ): Promise<View> {
    return only(await this.insertAll(kind, workspaceId, [values]));
  }

  /** Inserts rows of one kind; resolves to their views in the same order. */
  async insertAll<Row extends RowWithId, View extends object>(
    kind: Kind<Row, View>,
    workspaceId: string | null,
    rows: readonly (Partial<Row> & { id: string })[],
  ): Promise<View[]> {
    await insertRows(this.manager, kind.entity, rows);
    const stored = await readRows(this.manager, kind.entity, idsOf(rows));
    return mapInTurns(stored, (row) => {
      const after = kind.view(row);
      this.audit(kind.type, { action: 'create', workspaceId, resourceId: row.id, before: null, after });
      return after;
    });
  }

  /**
   * Frees the names of rows, so that other rows can take them within this change. Each row must get a name by `update`
   * afterwards, whose audit entry shows the original one. Until then its name is its id and a blank: no name ends so.
   */
  async releaseNames<Row extends RowWithId & { name: string }>(
    { entity }: Pick<Kind<Row, object>, 'entity'>,
    rows: readonly Row[],
  ): Promise<void> {
    if (rows.length === 0) return;
    const { tablePath } = this.manager.dataSource.getMetadata(entity);
    await this.manager.query(`UPDATE ${tablePath} SET name = id || ' ' WHERE id = ANY ($1)`, [idsOf(rows)]);
    for (const { id, name } of rows) this.released.set(id, name);
  }

  async update<Row extends RowWithId, View extends object>(
    kind: Kind<Row, View>,
    workspaceId: string | null,
    row: Row,
    values: Partial<Row>,
    action = 'update',
    also: object = {},
  ): Promise<View> {
    return only(await this.updateAll(kind, workspaceId, [{ row, values, also }], action));
  }

  /**
   * Writes only the columns that differ. When none does, version and audit log stay as they are. Resolves to the views of all
   * rows in the same order.
   */
  async updateAll<Row extends RowWithId, View extends object>(
    kind: Kind<Row, View>,
    workspaceId: string | null,
    edits: readonly Edit<Row>[],
    action = 'update',
  ): Promise<View[]> {
    const judged = await mapInTurns(edits, ({ row: found, values, also }) => {
      const name = this.released.get(found.id);
      const row = name === undefined ? found : { ...found, name };
      return { row, also, changed: { ...differing(row, values), id: row.id } };
    });
    const changed = judged.map((edit) => edit.changed).filter((columns) => Object.keys(columns).length > 1);
    await updateRows(this.manager, kind.entity, changed);
    const stored = await readRows(this.manager, kind.entity, idsOf(changed));
    const rowsAfter = new Map(stored.map((row) => [row.id, row]));
    return mapInTurns(judged, ({ row, also }) => {
      const before = kind.view(row);
      const rowAfter = rowsAfter.get(row.id);
      if (rowAfter === undefined) return before;
      const after = kind.view(rowAfter);
      const shown = { ...after, ...also };
      this.audit(kind.type, { action, workspaceId, resourceId: row.id, before, after: shown });
      return after;
    });
  }

  /** `also` is added to `before` of the audit entry, such as how many deliveries were discarded. */
  async remove<Row extends RowWithId, View extends object>(
    kind: Kind<Row, View>,
    workspaceId: string | null,
    row: Row,
    also: object = {},
  ): Promise<void> {
    await this.removeAll(kind, workspaceId, [row], () => also);
  }

  /** `alsoOf` names what is added to `before` of a row's audit entry. */
  async removeAll<Row extends RowWithId, View extends object>(
    kind: Kind<Row, View>,
    workspaceId: string | null,
    rows: readonly Row[],
    alsoOf: (row: Row) => object = () => ({}),
  ): Promise<void> {
    await deleteRows(this.manager, kind.entity, idsOf(rows));
    await mapInTurns(rows, (row) => {
      const before = { ...kind.view(row), ...alsoOf(row) };
      this.audit(kind.type, { action: 'delete', workspaceId, resourceId: row.id, before, after: null });
    });
  }

  /** Writes the audit entry of an action that changes no single resource, such as one on many rows at once. */
  note(resourceType: string, step: Omit<AuditStep, 'before'>): void {
    this.audit(resourceType, { ...step, before: null });
  }

  /** Writes the audit rows, which is the last step of the transaction. */
  async writeAudit(): Promise<void> {
    await insertRows(this.manager, AuditRecord, this.audited);
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

const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);

function only<View>([view]: readonly View[]): View {
  if (view === undefined) throw new Error('A change of one row has no view');
  return view;
}
