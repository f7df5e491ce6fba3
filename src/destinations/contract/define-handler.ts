import { type Opened } from './context.js';
import { resultOf } from './delivery-error.js';
import { type DeliveryItem, type ItemResult } from './delivery-item.js';
import { type Handler } from './handler.js';

/** Infers the types of a handler from its members. */
export function defineHandler<
  const T extends string,
  S extends object,
  O extends Opened | undefined = undefined,
>(handler: Handler<T, S, O>): Handler<T, S, O> {
  return handler;
}

/** Makes a `deliver` from a function for one item. All items of a batch run concurrently, each with its own result. */
export function each<C>(
  one: (item: DeliveryItem, context: C) => Promise<unknown>,
): (items: readonly DeliveryItem[], context: C) => Promise<readonly ItemResult[]> {
  return (items, context) =>
    Promise.all(
      items.map(async (item): Promise<ItemResult> => {
        try {
          await one(item, context);
          return { kind: 'ok' };
        } catch (error) {
          return resultOf(error);
        }
      }),
    );
}
