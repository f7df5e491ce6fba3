import { type Receiver, startReceiver } from './receiver.js';

/** A receiver that takes everything, and knows when. */
export interface Arrivals {
  readonly receiver: Receiver;
  /** Message ids and times by `performance.now()`, in order; an event that came twice is here twice. */
  readonly all: readonly { readonly id: string; readonly at: number }[];
  ids(): Set<string>;
  /** When an event came first; undefined when it did not. */
  at(id: string): number | undefined;
}

export async function startArrivals(): Promise<Arrivals> {
  const receiver = await startReceiver();
  const all: { id: string; at: number }[] = [];
  const first = new Map<string, number>();
  receiver.answer = ({ body }) => {
    const { messageId: id } = JSON.parse(body) as { messageId: string };
    const at = performance.now();
    all.push({ id, at });
    if (!first.has(id)) first.set(id, at);
    return { status: 200 };
  };
  return { receiver, all, ids: () => new Set(first.keys()), at: (id) => first.get(id) };
}
