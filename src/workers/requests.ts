import { withDeadline } from '../resilience/time-limit.js';

/** Requests to another process that wait for their answer, each with an id. */
export class Requests<Answer> {
  private readonly waiting = new Map<number, (answer: Answer | undefined) => void>();
  private lastId = 0;

  constructor(private readonly limitMs: number) {}

  /** Resolves with the answer; undefined when there is none within the limit. */
  async ask(send: (id: number) => void): Promise<Answer | undefined> {
    const id = (this.lastId += 1);
    const answer = new Promise<Answer | undefined>((resolve) => this.waiting.set(id, resolve));
    send(id);
    try {
      return await withDeadline(answer, this.limitMs);
    } finally {
      this.waiting.delete(id);
    }
  }

  answer(id: number, answer: Answer): void {
    this.waiting.get(id)?.(answer);
  }

  /** The other process has ended: no answer comes. */
  end(): void {
    for (const resolve of this.waiting.values()) resolve(undefined);
  }
}
