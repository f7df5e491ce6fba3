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
import { Cidrs, Int, List } from './setting.js';

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

  /** Redis server, the clock of retries; without it an in-process one is used. */
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

  /** Largest body of a single call in bytes, after inflation (WIRE 1.4). */
  @Int(1024)
  readonly MAX_EVENT_BYTES: number = 32_768;

  /** Largest body of a batch in bytes, after inflation (WIRE 1.4). */
  @Int(1024)
  readonly MAX_BATCH_BYTES: number = 512_000;

  /** How long a failed delivery is tried again before it becomes a dead letter, in minutes. */
  @Int(1)
  readonly RETRY_WINDOW_MINUTES: number = 240;

  /** First wait before a delivery is tried again, in ms; it doubles from attempt to attempt, with full jitter. */
  @Int(1)
  readonly RETRY_BASE_MS: number = 1_000;

  /** How long calls are still served after SIGTERM, until the balancer has moved, in ms. */
  @Int(0)
  readonly DRAIN_DELAY_MS: number = 0;

  /** Least important level of the log lines: `debug`, `info`, `warn` or `error`. */
  @IsIn(['debug', 'info', 'warn', 'error', 'silent'])
  readonly LOG_LEVEL: 'debug' | 'info' | 'warn' | 'error' | 'silent' = 'info';
}
