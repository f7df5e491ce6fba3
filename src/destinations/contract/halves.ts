/** The two halves of a refused batch, to find the refused items in; the first half has the odd item. */
export function halvesOf<T>(items: readonly T[]): readonly [readonly T[], readonly T[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
