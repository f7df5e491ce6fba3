import { Problem, type Usage } from './problem.js';

/** Rows of one kind that use the resource to be deleted. */
interface Users {
  readonly type: string;
  readonly rows: readonly { readonly id: string; readonly name?: string }[];
}

/** Most rows that a problem lists. */
const MAX_LISTED = 20;

/** Throws `in_use` with the list of its users when a resource is in use. */
export function refuseIfUsed(what: string, users: readonly Users[]): void {
  const used = users.filter(({ rows }) => rows.length > 0);
  if (used.length === 0) return;
  const counts = used.map(({ type, rows }) => `${rows.length} ${type}${rows.length === 1 ? '' : 's'}`);
  const usedBy = used.flatMap(({ type, rows }) =>
    rows.map(({ id, name }): Usage => ({ type, id, ...(name !== undefined && { name }) })),
  );
  throw new Problem('in_use', `${what} is used by ${counts.join(' and ')}`, {
    usedBy: usedBy.slice(0, MAX_LISTED),
  });
}
