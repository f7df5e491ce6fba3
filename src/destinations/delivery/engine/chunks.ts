import { type HandlerLimits } from '../../contract/handler.js';
import { type Delivery } from '../model/delivery.js';
import { orderKeyOf } from '../model/order-key.js';

/** A delivery with its index in the attempt and, where the type wants order, the key of its user. */
export interface PlacedDelivery {
  readonly index: number;
  readonly delivery: Delivery;
  readonly orderKey: string | undefined;
}

/** The deliveries of one call. */
export type Chunk = readonly PlacedDelivery[];

/**
 * Cuts deliveries into lanes by a type's limits: the chunks of a lane are delivered in sequence, the lanes concurrently.
 * Without order every chunk is a lane; with order, all events of a user are in one lane.
 */
export function lanesOf(deliveries: readonly Delivery[], limits: HandlerLimits): Chunk[][] {
  if (limits.ordering === 'none') {
    const all = deliveries.map((delivery, index) => ({ index, delivery, orderKey: undefined }));
    return chunksOf(all, limits).map((chunk) => [chunk]);
  }
  const all = deliveries.map((delivery, index) => {
    return { index, delivery, orderKey: orderKeyOf(delivery.item) };
  });
  return lanesByUser(all, limits).map((places) => chunksOf(places, limits));
}

/**
 * A type that takes one event per call gets a lane for each user. A type that takes several gets as many lanes as it has
 * concurrent calls, with the users spread over them, so that its calls are full.
 */
function lanesByUser(places: Chunk, { maxItems, concurrency }: HandlerLimits): PlacedDelivery[][] {
  const width = maxItems === 1 ? Infinity : concurrency;
  const lanes: PlacedDelivery[][] = [];
  const laneOf = new Map<string | undefined, PlacedDelivery[]>();
  for (const place of places) {
    const lane = laneOf.get(place.orderKey) ?? laneForNewUser(lanes, width);
    laneOf.set(place.orderKey, lane);
    lane.push(place);
  }
  return lanes;
}

function laneForNewUser(lanes: PlacedDelivery[][], width: number): PlacedDelivery[] {
  if (lanes.length >= width)
    return lanes.reduce((shortest, lane) => (lane.length < shortest.length ? lane : shortest));
  const lane: PlacedDelivery[] = [];
  lanes.push(lane);
  return lane;
}

/** An item larger than the limit is a chunk of its own: only the receiver decides whether it is too large. */
function chunksOf(places: Chunk, { maxItems, maxBytes }: HandlerLimits): Chunk[] {
  const chunks: PlacedDelivery[][] = [];
  let bytes = 0;
  for (const place of places) {
    const size = Buffer.byteLength(place.delivery.item.json);
    const last = chunks.at(-1);
    if (last !== undefined && last.length < maxItems && bytes + size <= maxBytes) {
      last.push(place);
      bytes += size;
    } else {
      chunks.push([place]);
      bytes = size;
    }
  }
  return chunks;
}

/** Runs `work` for each item, at most `limit` at a time. Rejects with the first error; running work goes on. */
export async function concurrently<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
