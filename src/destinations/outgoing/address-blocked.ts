import { DeliveryError } from '../contract/delivery-error.js';
import { type AddressFault } from './address-guard.js';

/** The address is one that destinations may not reach. Another try does not help. */
export class AddressBlocked extends DeliveryError {
  constructor(readonly fault: AddressFault) {
    super({ kind: 'reject', reason: fault });
  }
}
