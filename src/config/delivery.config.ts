import { ArrayMinSize, IsArray, IsIn, IsOptional, IsString } from 'class-validator';
import { OperationsConfig } from './operations.config.js';
import { Cidrs, Flag, Int, List, NameServers } from './setting.js';

/** Settings of destinations and of the deliveries to them. */
export class DeliveryConfig extends OperationsConfig {
  /**
   * Start without deliveries: a process with the role `delivery` leaves all events, retries and replays waiting. It gives an
   * administrator time to pause or mend a destination. Remove it, and start again, to deliver.
   */
  @Flag()
  readonly DELIVERY_PAUSED: boolean = false;

  /** Private networks that destinations may reach, as CIDRs, comma-separated. By default there are none. */
  @Cidrs()
  readonly DESTINATION_ALLOWED_CIDRS: readonly string[] = [];

  /**
   * Name servers for the addresses of destinations, as IP addresses with an optional port, comma-separated. Without them, those
   * of the system.
   */
  @NameServers()
  readonly DNS_SERVERS: readonly string[] = [];

  /**
   * Destination types that may be used, comma-separated; all by default. Existing destinations of other types keep their
   * events, as paused ones do.
   */
  @IsOptional()
  @List()
  @IsArray()
  @ArrayMinSize(1)
  @IsString({ each: true })
  readonly DESTINATION_TYPES?: readonly string[];

  /** How long a failed delivery is retried before it becomes a dead letter, in minutes. */
  @Int(1)
  readonly RETRY_WINDOW_MINUTES: number = 240;

  /**
   * Upper limit of the first retry wait, in ms. It doubles with each attempt; the wait is random below it (full jitter).
   */
  @Int(1)
  readonly RETRY_BASE_MS: number = 1_000;

  /**
   * Most events, of all workspaces, that the event log keeps for a destination that has not taken them. Beyond it, the
   * destination's oldest events become dead letters.
   */
  @Int(1)
  readonly BACKLOG_MAX_EVENTS: number = 10_000_000;

  /**
   * Most deliveries of a destination that wait for a retry in Postgres. Beyond it, its new events stay in the event log, its
   * replays wait, and its dead letters cannot be redelivered.
   */
  @Int(1)
  readonly WAITING_DELIVERIES_MAX: number = 100_000;

  /** Most dead letters of a destination that can be read and redelivered. Further ones are in the Kafka topic only. */
  @Int(0)
  readonly DEAD_LETTERS_MAX: number = 10_000;

  /** How long dead letters can be read and redelivered, in days. */
  @Int(1, 3_650)
  readonly DEAD_LETTERS_DAYS: number = 30;

  /** Which delivery attempts are recorded: `all`, `failures` (all except successful first attempts), or `off`. */
  @IsIn(['all', 'failures', 'off'])
  readonly DELIVERY_LOG: 'all' | 'failures' | 'off' = 'all';

  /** How long recorded delivery attempts are kept, in hours. */
  @Int(1, 8_760)
  readonly DELIVERY_LOG_HOURS: number = 72;

  /**
   * Processes for destination types whose clients speak a protocol of their own: `kafka`, `postgres`, `redis-stream` and `s3`. They
   * start with the first such destination, and a spare one with them. 0 runs all types in the main process.
   */
  @Int(0, 64)
  readonly DELIVERY_PROCESSES: number = 1;

  /** Largest JavaScript heap of a delivery process, in MiB. A process that holds twice as much memory is replaced. */
  @Int(128)
  readonly DELIVERY_PROCESS_MIB: number = 256;
}
