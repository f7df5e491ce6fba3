import { Injectable } from '@nestjs/common';
import { Appender } from '../event-log/appender.js';
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
    gauges.add({
      name: 'tributary_local_log_limit_bytes',
      help: 'Largest size of the local log, in bytes (LOCAL_LOG_MAX_MIB).',
      read: () => appender.room()?.limit,
    });
    gauges.add({
      name: 'tributary_local_log_used_bytes',
      help: 'Size of the local log, in bytes.',
      read: () => appender.room()?.used,
    });
    gauges.add({
      name: 'tributary_local_log_unread_bytes',
      help: 'Bytes of the local log that a destination has not read. Once they reach the limit, calls are refused.',
      read: () => appender.room()?.unread,
    });
    conditions.add(() => this.shortage());
  }

  private shortage(): string | undefined {
    const room = this.appender.room();
    if (room === undefined) return undefined;
    const free = Math.max(0, room.limit - room.unread) / room.limit;
    if (free >= LOW) return undefined;
    return `the local log has ${Math.floor(free * 100)} % of its room left: a destination has not read the rest`;
  }
}
