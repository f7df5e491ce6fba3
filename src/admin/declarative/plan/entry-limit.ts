import { type ProblemPart } from '../../problems/problem.js';
import { isJsonObject, type JsonObject } from '../../../events/event.js';
import { type Plan } from './plan.js';

/** Most entries of one apply, and what the caller knows that limit by: a setting of the operator or a quota. */
export interface EntryLimit {
  readonly max: number;
  readonly name: string;
}

/**
 * The fault of a document with more entries than one transaction may write: until it ends, later changes of the workspace
 * wait, and with the embedded Postgres, which has one session, all other queries too. Counts before the document is validated,
 * because that takes time for each entry.
 */
export function tooManyEntries(document: JsonObject, { max, name }: EntryLimit): ProblemPart[] {
  const sources = listIn(document, 'sources');
  const keys = sources.flatMap((source) => (isJsonObject(source) ? listIn(source, 'writeKeys') : []));
  const rest = [...listIn(document, 'destinations'), ...listIn(document, 'connections')];
  const entries = sources.length + keys.length + rest.length;
  if (entries <= max) return [];
  const detail = `The document has ${entries} entries; at most ${max} are allowed (${name})`;
  return [{ pointer: '', detail }];
}

const listIn = (holder: JsonObject, name: string): readonly unknown[] => {
  const list = holder[name];
  return Array.isArray(list) ? list : [];
};

/** The same fault for rows that the document would delete. */
export function tooManyDeletions(plan: Plan, { max, name }: EntryLimit): ProblemPart[] {
  const { sources, keys, destinations, connections } = plan;
  const lists = [sources, keys, destinations, connections];
  const deleted = lists.reduce((sum, { surplus }) => sum + surplus.length, 0);
  if (deleted <= max) return [];
  const detail = `The document deletes ${deleted} entries; at most ${max} are allowed (${name})`;
  return [{ pointer: '', detail }];
}
