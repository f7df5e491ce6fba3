/** How long a destination's losses are remembered, in ms. */
const MEMORY_MS = 3_600_000;
/** Answered calls that clear a destination after its first loss; four times as many after each further one. */
const FIRST_PROOF = 4;
const LONGEST_PROOF = 256;

interface Suspect {
  losses: number;
  /** Answered calls that are still needed; 0 for a cleared destination. */
  missing: number;
  lostAt: number;
}

/**
 * Destinations that were at work when their delivery process was lost. Several may have been, and one of them is the cause:
 * each runs alone until enough of its calls were answered. A loss alone is certain.
 */
export class Suspects {
  private readonly suspects = new Map<string, Suspect>();

  constructor(private readonly now: () => number = Date.now) {}

  /** How many there are now. */
  get size(): number {
    return [...this.suspects.values()].filter(({ missing }) => missing > 0).length;
  }

  has(destination: string): boolean {
    return (this.suspects.get(destination)?.missing ?? 0) > 0;
  }

  add(destination: string): void {
    this.forgetOld();
    const losses = (this.suspects.get(destination)?.losses ?? 0) + 1;
    const missing = Math.min(FIRST_PROOF ** losses, LONGEST_PROOF);
    // The oldest loss stays first.
    this.suspects.delete(destination);
    this.suspects.set(destination, { losses, missing, lostAt: this.now() });
  }

  /** Counts an answered call of a suspect. */
  answered(destination: string): void {
    const suspect = this.suspects.get(destination);
    if (suspect !== undefined && suspect.missing > 0) suspect.missing -= 1;
  }

  private forgetOld(): void {
    for (const [destination, { lostAt }] of this.suspects) {
      if (lostAt > this.now() - MEMORY_MS) return;
      this.suspects.delete(destination);
    }
  }
}
