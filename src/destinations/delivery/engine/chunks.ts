import { type HandlerLimits } from '../../contract/handler.js';
import { type Delivery } from '../model/delivery.js';
import { orderKeyOf } from '../model/order-key.js';

/** A delivery with its place in the whole and, where order counts, the user whose order it keeps. */
export interface PlacedDelivery {
  readonly index: number;
  readonly delivery: Delivery;
  readonly orderKey: string | undefined;
}

/** Deliveries that are handed to the handler in one call. */
export type Chunk = readonly PlacedDelivery[];

/**
 * Cuts deliveries into lanes by a type's limits: the chunks of a lane go one after another, the lanes side by side. Without
 * an order every chunk is a lane; with one, all events of a user are in one lane.
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
 * A type that takes one event at a time gets a lane for each user. One that takes many gets as many lanes as it works on at
 * once, with the users spread over them, so that its calls are full.
 */
function lanesByUser(places: Chunk, { maxItems, concurrency }: HandlerLimits): PlacedDelivery[][] {
  const width = maxItems === 1 ? Infinity : concurrency;
  const lanes: PlacedDelivery[][] = [];
  const laneOf = new Map<string | undefined, PlacedDelivery[]>();
  for (const place of places) {
    const lane = laneOf.get(place.orderKey) ?? laneForAnother(lanes, width);
    laneOf.set(place.orderKey, lane);
    lane.push(place);
  }
  return lanes;
}

function laneForAnother(lanes: PlacedDelivery[][], width: number): PlacedDelivery[] {
  if (lanes.length >= width) return lanes.reduce((best, lane) => (lane.length < best.length ? lane : best));
  const lane: PlacedDelivery[] = [];
  lanes.push(lane);
  return lane;
}

/** An item larger than the limit is a chunk alone: whether it is too large is the receiver's to say. */
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
