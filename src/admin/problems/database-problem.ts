import { QueryFailedError } from 'typeorm';
import { Problem } from './problem.js';

/** Unique constraints, and the field that violates each. */
const UNIQUE: Readonly<Record<string, readonly [pointer: string, detail: string]>> = {
  workspaces_name_unique: ['/name', 'Another workspace has this name'],
  sources_name_unique: ['/name', 'Another source of the workspace has this name'],
  destinations_name_unique: ['/name', 'Another destination of the workspace has this name'],
  write_keys_name_unique: ['/name', 'Another live write key of the source has this name'],
  write_keys_hash_key: ['/value', 'This write key exists already'],
  connections_source_id_destination_id_key: ['/destinationId', 'These two are already connected'],
};

/** SQLSTATEs of U+0000 in a text (character_not_in_repertoire) or in a jsonb (untranslatable_character). */
const NOT_STORABLE: readonly string[] = ['22021', '22P05'];

/** The problem for a refused statement that the caller can correct. Undefined for every other error. */
export function statementProblem(error: unknown): Problem | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const { code, constraint } = error.driverError as { code?: string; constraint?: string };
  if (code !== undefined && NOT_STORABLE.includes(code))
    return new Problem('invalid_request', 'Postgres cannot store the character U+0000: leave it out');
  const [pointer, detail] = UNIQUE[constraint ?? ''] ?? [];
  if (pointer === undefined || detail === undefined) return undefined;
  return new Problem('duplicate', detail, { faults: [{ pointer, detail }] });
}
