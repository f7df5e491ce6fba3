/** One event at a destination: its message id `<user>:<number>`, and when it came, in ms since the epoch. */
export interface Taken {
  readonly id: string;
  readonly at: number;
}

/** First arrivals that came before an earlier event of the same user did, as `<user>:<number>`. */
export function outOfOrder(taken: readonly Taken[]): string[] {
  const seen = new Set<string>();
  const next = new Map<string, number>();
  return taken.flatMap(({ id }) => {
    if (seen.has(id)) return [];
    seen.add(id);
    const [user = '', number] = id.split(':');
    const expected = next.get(user) ?? 0;
    next.set(user, Math.max(expected, Number(number) + 1));
    return Number(number) === expected ? [] : [id];
  });
}

/** Arrivals of events that had come already, each with its first one. */
export function repeats(taken: readonly Taken[]): { readonly first: Taken; readonly again: Taken }[] {
  const firsts = new Map<string, Taken>();
  return taken.flatMap((again) => {
    const first = firsts.get(again.id);
    if (first === undefined) firsts.set(again.id, again);
    return first === undefined ? [] : [{ first, again }];
  });
}
