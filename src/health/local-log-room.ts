import { Injectable } from '@nestjs/common';
import { Appender, type LogRoom } from '../event-log/appender.js';
import { Gauges } from '../metrics/gauges.js';
import { Conditions } from './conditions.js';

/** Less room than this is reported, as a share of the limit. Backlogs are shed before, so a delivery process is missing then. */
const LOW = 0.2;

/** Shows the room of the local log in metrics, and reports at the readiness probe when little is left. Kafka has no such limit. */
@Injectable()
export class LocalLogRoom {
  constructor(
    private readonly appender: Appender,
    gauges: Gauges,
    conditions: Conditions,
  ) {
    this.addGauge(gauges, 'limit', 'Largest size of the local log, in bytes (LOCAL_LOG_MAX_MIB).');
    this.addGauge(gauges, 'used', 'Size of the local log, in bytes.');
    this.addGauge(
      gauges,
      'unread',
      'Bytes of the local log that a destination has not read. Once they reach the limit, calls are refused.',
    );
    conditions.add(() => this.shortage());
  }

  private addGauge(gauges: Gauges, field: keyof LogRoom, help: string): void {
    const name = `tributary_local_log_${field}_bytes`;
    gauges.add({ name, help, read: () => this.appender.room()?.[field] });
  }

  private shortage(): string | undefined {
    const room = this.appender.room();
    if (room === undefined) return undefined;
    const free = Math.max(0, room.limit - room.unread) / room.limit;
    if (free >= LOW) return undefined;
    return `the local log has ${Math.floor(free * 100)} % of its room left: a destination has not read the rest`;
  }
}
