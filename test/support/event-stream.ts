import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WRITE_KEY } from './product.js';

const EVENTS_PER_CALL = 2;

/**
 * Some users who send a few events every now and then, by any of the collectors there are, until they are stopped. A call that
 * was not answered well is made again, and the next one of its user comes after it: so the log has each user's events in order.
 */
export class EventStream {
  /** When each event was accepted, by its message id `<user>:<number>`, in ms of `performance.now()`. */
  readonly accepted = new Map<string, number>();
  private readonly stopping = new AbortController();
  private readonly users: readonly Promise<void>[];

  /** `addresses` is asked before each call. Every user sends two events in so many ms. */
  constructor(
    private readonly addresses: () => readonly string[],
    users: number,
    private readonly everyMs = 200,
  ) {
    setMaxListeners(0, this.stopping.signal);
    this.users = Array.from({ length: users }, (_, index) => this.send(index));
  }

  /** Ids of what was accepted from one moment on, and before another. */
  between(from: number, to = Infinity): string[] {
    return [...this.accepted].filter(([, at]) => at >= from && at < to).map(([id]) => id);
  }

  /** Resolves when the last call has been answered. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.users);
  }

  private async send(user: number): Promise<void> {
    const { signal } = this.stopping;
    let sent = 0;
    for (let turn = user; !signal.aborted; turn += 1) {
      const batch = Array.from({ length: EVENTS_PER_CALL }, () => {
        return { type: 'track', event: 'Sent', userId: `user-${user}`, messageId: `user-${user}:${sent++}` };
      });
      while (!(await this.call(JSON.stringify({ batch }), turn))) turn += 1;
      for (const { messageId } of batch) this.accepted.set(messageId, performance.now());
      await sleep(this.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async call(body: string, turn: number): Promise<boolean> {
    const addresses = this.addresses();
    const headers = { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` };
    const url = `${addresses[turn % addresses.length]}/v1/batch`;
    try {
      return (await fetch(url, { method: 'POST', headers, body })).ok;
    } catch {
      return false;
    }
  }
}
