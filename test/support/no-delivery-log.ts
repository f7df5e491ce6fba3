import { loadConfig } from '../../src/config/load-config.js';
import { DeliveryLog } from '../../src/destinations/delivery/ledger/delivery-log.js';

/** A log of deliveries that writes nothing down, for parts of the delivery that have no database. */
export const noDeliveryLog = new DeliveryLog({} as never, loadConfig({ DELIVERY_LOG: 'off' }));
