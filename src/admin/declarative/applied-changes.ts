import { type AuditRecord } from '../../database/entities/audit-record.entity.js';
import { type AppliedChangeDto } from './document/applied.dto.js';
import { type StoredWorkspace } from './plan/stored-workspace.js';

/** The fields of all kinds' views that are needed to name a resource. */
interface Named {
  readonly name?: string;
  readonly sourceId?: string;
  readonly destinationId?: string;
}

/** Turns the audit entries of one change into its answer, and adds names. `stored` is the workspace before the change. */
export function appliedChanges(audited: readonly AuditRecord[], stored: StoredWorkspace): AppliedChangeDto[] {
  const { sources, destinations } = stored;
  const names = new Map([...sources, ...destinations].map(({ id, name }) => [id, name]));
  // In order, so that a connection which was deleted before a rename is viewOf with the old name.
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

const viewOf = ({ before, after }: AuditRecord): Named => after ?? before ?? {};

function nameOf(record: AuditRecord, names: ReadonlyMap<string, string>): string {
  const { name, sourceId = '', destinationId = '' } = viewOf(record);
  return name ?? `${names.get(sourceId) ?? sourceId} → ${names.get(destinationId) ?? destinationId}`;
}
