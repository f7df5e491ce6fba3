import { type DataSource, QueryFailedError } from 'typeorm';
import { Problem } from './problem.js';

/** Unique rules of the tables, and the field that breaks each. */
const UNIQUE: Readonly<Record<string, readonly [pointer: string, detail: string]>> = {
  workspaces_name_unique: ['/name', 'Another workspace has this name'],
  sources_name_unique: ['/name', 'Another source of the workspace has this name'],
  destinations_name_unique: ['/name', 'Another destination of the workspace has this name'],
  write_keys_name_unique: ['/name', 'Another live write key of the source has this name'],
  write_keys_hash_key: ['/value', 'This write key exists already'],
  connections_source_id_destination_id_key: ['/destinationId', 'The two are connected already'],
};

/** Longest that the question whether Postgres is there may take, in ms. */
const PATIENCE_MS = 1_000;

/** What a refused statement means to whoever asked; undefined for what is no fault of theirs. */
export function statementProblem(error: unknown): Problem | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const { constraint } = error.driverError as { constraint?: string };
  const [pointer, detail] = UNIQUE[constraint ?? ''] ?? [];
  if (pointer === undefined || detail === undefined) return undefined;
  return new Problem('duplicate', detail, { faults: [{ pointer, detail }] });
}

/** Whether Postgres answers now. Asked only after something failed, so that no message has to be read to know why. */
export async function isAway(database: DataSource): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<true>((resolve) => (timer = setTimeout(() => resolve(true), PATIENCE_MS)));
  const answer = database.query('SELECT 1').then(
    () => false,
    () => true,
  );
  try {
    return await Promise.race([answer, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
