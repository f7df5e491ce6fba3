import { Injectable } from '@nestjs/common';
import { countFiltered } from '../ledger/attempt-log.js';
import { DeliveryLog } from '../ledger/delivery-log.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { type Excluded } from '../model/eligible.js';

/** Where events end that need no attempt: counted, and written down for people who ask where they went. */
@Injectable()
export class Exclusions {
  constructor(private readonly deliveryLog: DeliveryLog) {}

  add(destination: PreparedDestination, events: readonly Excluded[]): void {
    if (events.length === 0) return;
    countFiltered(destination, events);
    this.deliveryLog.addExcluded(destination, events);
  }
}
