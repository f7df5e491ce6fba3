/** Most keys of one request, unless a single call has more: a script holds up every other client of Redis. */
const MOST_KEYS = 4_000;

/** The keys of one call, which are a part of a request. */
interface Part {
  readonly keys: readonly Buffer[];
  resolve(answer: string): void;
  reject(error: unknown): void;
}

/**
 * Sends the keys of concurrent calls together: one request is in flight, and the next one takes what arrived meanwhile. A
 * request costs the process as much as some thirty further keys.
 */
export class GatheredKeys {
  private waiting: Part[] = [];
  private isSending = false;

  /** `send` resolves to an answer with one character per key, in order. */
  constructor(private readonly send: (keys: readonly Buffer[]) => Promise<string>) {}

  /** Resolves to the characters of these keys. Rejects when the request that carried them fails. */
  ask(keys: readonly Buffer[]): Promise<string> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ keys, resolve, reject });
      if (!this.isSending) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.isSending = true;
    while (this.waiting.length > 0) {
      const parts = this.nextParts();
      try {
        const answer = await this.send(
          parts.length === 1 ? (parts[0]?.keys ?? []) : parts.flatMap(({ keys }) => keys),
        );
        let from = 0;
        for (const part of parts) part.resolve(answer.slice(from, (from += part.keys.length)));
      } catch (error) {
        for (const part of parts) part.reject(error);
      }
    }
    this.isSending = false;
  }

  private nextParts(): Part[] {
    let keys = 0;
    const end = this.waiting.findIndex((part, index) => (keys += part.keys.length) > MOST_KEYS && index > 0);
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end);
  }
}
