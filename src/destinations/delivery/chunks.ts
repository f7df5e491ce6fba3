import { type HandlerLimits } from '../handler.js';
import { type Delivery } from './delivery.js';

/** Deliveries that are handed to the handler in one call, with their places in the whole. */
export type Chunk = readonly { readonly index: number; readonly delivery: Delivery }[];

/**
 * Cuts deliveries into lanes by a type's limits: the chunks of a lane go one after another, the lanes side by side. Without
 * an order every chunk is a lane; with one, all events of a user are in one lane.
 */
export function lanesOf(deliveries: readonly Delivery[], limits: HandlerLimits): Chunk[][] {
  const all = deliveries.map((delivery, index) => ({ index, delivery }));
  if (limits.ordering === 'none') return chunksOf(all, limits).map((chunk) => [chunk]);
  const users = new Map<string, Chunk[number][]>();
  for (const entry of all) {
    const { userId, anonymousId } = entry.delivery.item.event;
    const user = userId ?? anonymousId ?? '';
    const entries = users.get(user);
    if (entries) entries.push(entry);
    else users.set(user, [entry]);
  }
  return [...users.values()].map((entries) => chunksOf(entries, limits));
}

/** An item larger than the limit is a chunk alone: whether it is too large is the receiver's to say. */
function chunksOf(entries: Chunk, { maxItems, maxBytes }: HandlerLimits): Chunk[] {
  const chunks: Chunk[number][][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.delivery.item.json);
    const last = chunks.at(-1);
    if (last !== undefined && last.length < maxItems && bytes + size <= maxBytes) {
      last.push(entry);
      bytes += size;
    } else {
      chunks.push([entry]);
      bytes = size;
    }
  }
  return chunks;
}
