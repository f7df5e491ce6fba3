import { Injectable } from '@nestjs/common';
import { countFiltered } from '../ledger/attempt-log.js';
import { DeliveryLog } from '../ledger/delivery-log.js';
import { type FilteredEvent } from '../model/eligible.js';
import { type BacklogOwner } from '../model/prepared-destination.js';

/** Counts events that are filtered without an attempt, and stores them in the log of deliveries. */
@Injectable()
export class FilteredEvents {
  constructor(private readonly deliveryLog: DeliveryLog) {}

  add(destination: BacklogOwner, events: readonly FilteredEvent[]): void {
    if (events.length === 0) return;
    countFiltered(destination, events);
    this.deliveryLog.addFiltered(destination, events);
  }
}
