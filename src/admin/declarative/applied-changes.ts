import { type AuditRecord } from '../../database/entities/audit-record.entity.js';
import { type AppliedChangeDto } from './document/applied.dto.js';
import { type StoredWorkspace } from './plan/stored-workspace.js';

/** What is looked at in the views of all kinds. */
interface Shown {
  readonly name?: string;
  readonly sourceId?: string;
  readonly destinationId?: string;
}

/** Audit rows of one change as its answer, with a name for everything; `stored` is how the workspace was before. */
export function appliedChanges(audited: readonly AuditRecord[], stored: StoredWorkspace): AppliedChangeDto[] {
  const { sources, destinations } = stored;
  const names = new Map([...sources, ...destinations].map(({ id, name }) => [id, name]));
  // In their order, so that what is deleted before something is renamed is told by the old name.
  return audited.map((record) => {
    const { action, before, after, resourceType, resourceId } = record;
    const name = nameOf(record, names);
    names.set(resourceId, name);
    return {
      action,
      resource: { type: resourceType, id: resourceId, name },
      before,
      after,
    };
  });
}

const shown = ({ before, after }: AuditRecord): Shown => after ?? before ?? {};

function nameOf(record: AuditRecord, names: ReadonlyMap<string, string>): string {
  const { name, sourceId = '', destinationId = '' } = shown(record);
  return name ?? `${names.get(sourceId) ?? sourceId} → ${names.get(destinationId) ?? destinationId}`;
}
