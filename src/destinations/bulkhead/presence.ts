/** A little longer than a delivery process keeps unused connections open (OpenHandlers), in ms. */
const OPEN_MS = 400_000;

/** The destinations that may have connections in a delivery process: a server can attack a connection that is idle. */
export class Presence {
  private readonly lastUsed = new Map<string, number>();

  used(destination: string): void {
    // The oldest entry stays first.
    this.lastUsed.delete(destination);
    this.lastUsed.set(destination, Date.now());
    for (const [oldest, at] of this.lastUsed) {
      if (at > Date.now() - OPEN_MS) return;
      this.lastUsed.delete(oldest);
    }
  }

  destinations(): string[] {
    return [...this.lastUsed.keys()];
  }
}
