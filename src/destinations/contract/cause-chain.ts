/** A chain of causes may be a circle. */
const MAX_DEPTH = 8;

/** An error and its causes, outermost first; empty for a thrown value that is no Error. */
export function causeChainOf(error: unknown): readonly Error[] {
  const causes: Error[] = [];
  for (let next = error; next instanceof Error && causes.length < MAX_DEPTH; next = next.cause)
    causes.push(next);
  return causes;
}
