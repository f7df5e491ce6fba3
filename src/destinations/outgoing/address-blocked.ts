import { DeliveryError } from '../contract/delivery-error.js';
import { type AddressFault } from './address-guard.js';

/** Destinations may not reach the address. No retry will succeed. */
export class AddressBlocked extends DeliveryError {
  constructor(readonly fault: AddressFault) {
    super({ kind: 'reject', reason: fault });
  }
}
