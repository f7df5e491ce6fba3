import {
  ArrayMinSize,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  IsUrl,
  MaxLength,
  MinLength,
} from 'class-validator';
import { KafkaConfig } from './kafka.config.js';
import { Cidrs, Flag, Int, List, SecretKeys } from './setting.js';

export const ROLES = ['collector', 'delivery', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Every setting of the process: one property, its rule, its default and its sentence. An empty variable counts as unset. */
export class Config extends KafkaConfig {
  /** Port of the HTTP listener. */
  @Int(0, 65535)
  readonly HTTP_PORT: number = 8080;

  /** Address of the HTTP listener; `0.0.0.0` for every interface. */
  @IsString()
  readonly HTTP_HOST: string = '127.0.0.1';

  /** Most connections at once; further ones are closed as they come. */
  @Int(1)
  readonly MAX_CONNECTIONS: number = 10_000;

  /** How long a request may take to arrive, in ms, and its headers a third of that. */
  @Int(1_000)
  readonly REQUEST_TIMEOUT_MS: number = 30_000;

  /** Most memory that bodies may hold together while they arrive, in MiB; past that the slowest are answered 429. */
  @Int(1)
  readonly MAX_ARRIVING_MIB: number = 64;

  /** What this process does, comma-separated: `collector`, `delivery`, `admin`. Roles apart need real Kafka and Postgres. */
  @List()
  @IsArray()
  @ArrayMinSize(1)
  @IsIn(ROLES, { each: true })
  readonly ROLES: readonly Role[] = ROLES;

  /** Folder for everything that is kept on this machine. */
  @IsString()
  readonly DATA_DIR: string = '.tributary';

  /** Postgres server; without it an embedded Postgres lives in DATA_DIR. */
  @IsOptional()
  @IsUrl({ protocols: ['postgres', 'postgresql'], require_tld: false, require_protocol: true })
  readonly DATABASE_URL?: string;

  /** Keys that encrypt stored secrets, 32 bytes in base64 each, comma-separated: the first encrypts, all decrypt. */
  @SecretKeys()
  readonly SECRET_KEYS: readonly string[] = [];

  /** Redis server, the clock of retries and the memory of message ids; without it both are in this process. */
  @IsOptional()
  @IsUrl({ protocols: ['redis', 'rediss'], require_tld: false, require_protocol: true })
  readonly REDIS_URL?: string;

  /** How long the local log keeps what every destination has read, in hours. */
  @Int(1)
  readonly LOCAL_LOG_RETENTION_HOURS: number = 168;

  /** Largest size of the local log on disk, in MiB. */
  @Int(16)
  readonly LOCAL_LOG_MAX_MIB: number = 10_240;

  /** Most bytes that may wait for the event log at once, in MiB; past that calls are answered 429. */
  @Int(1)
  readonly MAX_IN_FLIGHT_MIB: number = 64;

  /** Admin token made at the first start, instead of a random one. */
  @IsOptional()
  @IsString()
  @MinLength(16)
  @MaxLength(256)
  readonly BOOTSTRAP_ADMIN_TOKEN?: string;

  /** Write key made at the first start, instead of a random one. */
  @IsOptional()
  @IsString()
  @MinLength(8)
  @MaxLength(256)
  readonly BOOTSTRAP_WRITE_KEY?: string;

  /** Address of a webhook destination made at the first start and connected to the first source. */
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_tld: false, require_protocol: true })
  readonly BOOTSTRAP_WEBHOOK_URL?: string;

  /** Private networks that destinations may reach, as CIDRs, comma-separated; by default none. */
  @Cidrs()
  readonly DESTINATION_ALLOWED_CIDRS: readonly string[] = [];

  /** Networks of proxies whose X-Forwarded-For is believed, as CIDRs, comma-separated. */
  @Cidrs()
  readonly TRUSTED_PROXIES: readonly string[] = [];

  /** Address under which SDKs reach this product; without it, the one that each request for settings came to. */
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_tld: false, require_protocol: true })
  readonly PUBLIC_URL?: string;

  /** Take group calls that name no user, neither known nor anonymous (WIRE 8.8). */
  @Flag()
  readonly ALLOW_GROUP_WITHOUT_USER: boolean = false;

  /** Answer RudderStack's pixels 200 whatever is wrong with them, as rudder-server does, instead of 400 (WIRE 8.5). */
  @Flag()
  readonly RUDDER_PIXEL_ALWAYS_OK: boolean = false;

  /** Largest body of a single call in bytes, after inflation (WIRE 1.4). */
  @Int(1024)
  readonly MAX_EVENT_BYTES: number = 32_768;

  /** Largest body of a batch in bytes, after inflation (WIRE 1.4). */
  @Int(1024)
  readonly MAX_BATCH_BYTES: number = 512_000;

  /** Most messages in one batch (WIRE 8.6). */
  @Int(1)
  readonly MAX_BATCH_EVENTS: number = 2_500;

  /** For how long at least a message id is remembered, in hours: what comes again is not stored again; 0 for never (WIRE 3.6). */
  @Int(0, 8_760)
  readonly DEDUPLICATION_HOURS: number = 24;

  /** Most memory for message ids where there is no REDIS_URL, in MiB; past that further ids are not remembered. */
  @Int(1)
  readonly DEDUPLICATION_MAX_MIB: number = 512;

  /** How long a failed delivery is tried again before it becomes a dead letter, in minutes. */
  @Int(1)
  readonly RETRY_WINDOW_MINUTES: number = 240;

  /** First wait before a delivery is tried again, in ms; it doubles from attempt to attempt, with full jitter. */
  @Int(1)
  readonly RETRY_BASE_MS: number = 1_000;

  /** Most dead letters of one destination that can be read and delivered again; further ones are on the topic only. */
  @Int(0)
  readonly DEAD_LETTERS_MAX: number = 10_000;

  /** How long dead letters can be read and delivered again, in days. */
  @Int(1, 3_650)
  readonly DEAD_LETTERS_DAYS: number = 30;

  /** Which attempts of deliveries are written down: `all`, `failures` (all but first attempts that succeed), or none: `off`. */
  @IsIn(['all', 'failures', 'off'])
  readonly DELIVERY_LOG: 'all' | 'failures' | 'off' = 'all';

  /** How long attempts of deliveries are kept, in hours. */
  @Int(1, 8_760)
  readonly DELIVERY_LOG_HOURS: number = 72;

  /** How long calls are still served after SIGTERM, until the balancer has moved, in ms. */
  @Int(0)
  readonly DRAIN_DELAY_MS: number = 0;

  /** Least important level of the log lines: `debug`, `info`, `warn` or `error`. */
  @IsIn(['debug', 'info', 'warn', 'error', 'silent'])
  readonly LOG_LEVEL: 'debug' | 'info' | 'warn' | 'error' | 'silent' = 'info';
}
