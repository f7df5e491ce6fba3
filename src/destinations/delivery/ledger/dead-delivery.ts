import { type Delivery } from '../model/delivery.js';

/** A delivery that is given up. */
export interface DeadDelivery {
  readonly delivery: Delivery;
  readonly reason: string;
  readonly status?: number;
}
