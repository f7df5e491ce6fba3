/** An entry of the document, and its row; undefined for a new entry. */
export interface Pair<Entry, Row> {
  readonly entry: Entry;
  /** JSON pointer to the entry. */
  readonly pointer: string;
  readonly row: Row | undefined;
}

export interface Pairing<Entry, Row> {
  readonly pairs: readonly Pair<Entry, Row>[];
  /** Rows without an entry: the document lacks them. */
  readonly surplus: readonly Row[];
}

interface Named {
  readonly id?: string;
  readonly name: string;
}

/**
 * Finds the row of each entry: by id, so that a new name is a rename and not another resource; otherwise by name, among rows
 * that no id has matched. A list that the document leaves out has neither pairs nor surplus.
 */
export function pairUp<Entry extends Named, Row extends Required<Named>>(
  pointer: string,
  entries: readonly Entry[] | undefined,
  rows: readonly Row[],
): Pairing<Entry, Row> {
  if (entries === undefined) return { pairs: [], surplus: [] };
  const byId = new Map(rows.map((row) => [row.id, row]));
  const claimed = entries.map(({ id }) => take(byId, id));
  const byName = new Map([...byId.values()].map((row) => [row.name, row]));
  const pairs = entries.map((entry, index) => ({
    entry,
    pointer: `${pointer}/${index}`,
    row: claimed[index] ?? take(byName, entry.name),
  }));
  return { pairs, surplus: [...byName.values()] };
}

/** Renamed rows whose old names other renamed rows take. In a swap, no order of updates would be free of conflicts. */
export function namesToRelease<Row extends Named>(pairs: readonly Pair<Named, Row>[]): Row[] {
  const renamed = pairs.filter(({ entry, row }) => row !== undefined && row.name !== entry.name);
  const newNames = new Set(renamed.map(({ entry }) => entry.name));
  return renamed.flatMap(({ row }) => (row !== undefined && newNames.has(row.name) ? [row] : []));
}

function take<Row>(rows: Map<string, Row>, key: string | undefined): Row | undefined {
  const row = key === undefined ? undefined : rows.get(key);
  if (key !== undefined) rows.delete(key);
  return row;
}
