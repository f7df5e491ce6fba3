/** An entry of the document, and the row that it is about; undefined where one has to be made. */
export interface Pair<Entry, Row> {
  readonly entry: Entry;
  /** JSON pointer to the entry. */
  readonly pointer: string;
  readonly row: Row | undefined;
}

export interface Pairing<Entry, Row> {
  readonly pairs: readonly Pair<Entry, Row>[];
  /** Rows that no entry is about: what the document lacks. */
  readonly surplus: readonly Row[];
}

interface Named {
  readonly id?: string;
  readonly name: string;
}

/**
 * Finds the row of each entry: the one with its id, so that a changed name is a changed name and not another thing, else the
 * one with its name that no id has claimed. A list that the document leaves out claims nothing, and nothing is surplus.
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

/** Rows whose names others of the same list take over: in no order could each get its new name while all keep the old ones. */
export function takenOver<Row extends Named>(pairs: readonly Pair<Named, Row>[]): Row[] {
  const renamed = pairs.filter(({ entry, row }) => row !== undefined && row.name !== entry.name);
  const wanted = new Set(renamed.map(({ entry }) => entry.name));
  return renamed.flatMap(({ row }) => (row !== undefined && wanted.has(row.name) ? [row] : []));
}

function take<Row>(rows: Map<string, Row>, key: string | undefined): Row | undefined {
  const row = key === undefined ? undefined : rows.get(key);
  if (key !== undefined) rows.delete(key);
  return row;
}
