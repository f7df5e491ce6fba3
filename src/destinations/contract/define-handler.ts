import { type DeliveryContext, type Opened } from './context.js';
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

type One<C> = (item: DeliveryItem, context: C) => Promise<unknown>;
type Deliver<C> = (items: readonly DeliveryItem[], context: C) => Promise<readonly ItemResult[]>;

/** Makes a `deliver` from a function for one item. All items of a batch run concurrently, each with its own result. */
export function each<S, O = undefined>(one: One<DeliveryContext<S, O>>): Deliver<DeliveryContext<S, O>>;
/** The same for a function that declares another context. */
export function each<C>(one: One<C>): Deliver<C>;
export function each<C>(one: One<C>): Deliver<C> {
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
