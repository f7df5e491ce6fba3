import { Injectable } from '@nestjs/common';
import { countFiltered } from './attempt-log.js';
import { DeliveryLog } from './delivery-log.js';
import { type Destination } from './destination.js';
import { type Excluded } from './eligible.js';

/** Where events end that need no attempt: counted, and written down for people who ask where they went. */
@Injectable()
export class Exclusions {
  constructor(private readonly deliveryLog: DeliveryLog) {}

  add(destination: Destination, events: readonly Excluded[]): void {
    if (events.length === 0) return;
    countFiltered(destination, events);
    this.deliveryLog.addExcluded(destination, events);
  }
}
