import { ArrayMinSize, IsArray, IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { DeliveryConfig } from './delivery.config.js';
import { DEFAULT_QUOTAS, type RowQuotas } from './quotas.js';
import { Cidrs, Flag, Host, Int, List, QuotaList, SecretKeys, Url, WorkerCount } from './setting.js';

export const ROLES = ['collector', 'delivery', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/**
 * All settings of the process: per setting a property, its rule, its default, and the sentence on the configuration page. White
 * space at the end of a variable is cut off. An empty variable counts as unset.
 */
export class Config extends DeliveryConfig {
  /** Port of the HTTP listener. */
  @Int(0, 65535)
  readonly HTTP_PORT: number = 8080;

  /** Address of the HTTP listener. `0.0.0.0` listens on every interface. */
  @Host()
  readonly HTTP_HOST: string = '127.0.0.1';

  /** Most open connections. Further connections are closed when they arrive. */
  @Int(1)
  readonly MAX_CONNECTIONS: number = 10_000;

  /** Longest time for a request to arrive, in ms. Its headers have a third of this time. */
  @Int(1_000)
  readonly REQUEST_TIMEOUT_MS: number = 30_000;

  /** Most memory for bodies that are still arriving, in MiB. Beyond it, the slowest calls are answered 429. */
  @Int(1)
  readonly MAX_ARRIVING_MIB: number = 64;

  /**
   * Roles of this process, comma-separated: `collector`, `delivery`, `admin`. Fewer than all need Kafka and a Postgres
   * server.
   */
  @List()
  @IsArray()
  @ArrayMinSize(1)
  @IsIn(ROLES, { each: true })
  readonly ROLES: readonly Role[] = ROLES;

  /**
   * Processes that serve one port together, or `auto` for one per core. More than one need DATABASE_URL, KAFKA_BROKERS and
   * REDIS_URL; `auto` is 1 without these.
   */
  @WorkerCount()
  readonly WORKERS: number | 'auto' = 1;

  /** Folder for all data that this process keeps on disk. */
  @IsString()
  readonly DATA_DIR: string = '.tributary';

  /** URL of the Postgres server. Without it, an embedded Postgres runs in DATA_DIR. */
  @IsOptional()
  @Url({ protocols: ['postgres', 'postgresql'] })
  readonly DATABASE_URL?: string;

  /** Keys that encrypt stored secrets, each 32 bytes in base64, comma-separated. The first encrypts; all decrypt. */
  @SecretKeys()
  readonly SECRET_KEYS: readonly string[] = [];

  /** URL of the Redis server for retry timers, message ids and rate limits. Without it, this process keeps all three. */
  @IsOptional()
  @Url({ protocols: ['redis', 'rediss'] })
  readonly REDIS_URL?: string;

  /** How long the local log keeps events that every destination has read, in hours. */
  @Int(1)
  readonly LOCAL_LOG_RETENTION_HOURS: number = 168;

  /** Largest size of the local log on disk, in MiB. */
  @Int(16)
  readonly LOCAL_LOG_MAX_MIB: number = 10_240;

  /** Most data that may wait for the event log, in MiB. Beyond it, calls are answered 429. */
  @Int(1)
  readonly MAX_IN_FLIGHT_MIB: number = 64;

  /** Admin token that the first start creates. Without it, the token is random. */
  @IsOptional()
  @IsString()
  @MinLength(16)
  @MaxLength(256)
  readonly BOOTSTRAP_ADMIN_TOKEN?: string;

  /** Write key that the first start creates. Without it, the key is random. */
  @IsOptional()
  @IsString()
  @MinLength(8)
  @MaxLength(256)
  readonly BOOTSTRAP_WRITE_KEY?: string;

  /** URL of a webhook destination that the first start creates and connects to the first source. */
  @IsOptional()
  @Url({
    protocols: ['https', 'http'],
    userInfo: 'make the destination over the API, and put them into its `headers`',
  })
  readonly BOOTSTRAP_WEBHOOK_URL?: string;

  /** Most sources, write keys, destinations and connections that one apply may have or delete. */
  @Int(1)
  readonly APPLY_MAX_ENTRIES: number = 5_000;

  /**
   * Quotas of workspaces that have none of their own, as `name=number`, comma-separated. Names that are left out keep their
   * default.
   */
  @QuotaList()
  readonly QUOTAS: RowQuotas = DEFAULT_QUOTAS;

  /** Networks of proxies whose CLIENT_ADDRESS_HEADER is trusted, as CIDRs, comma-separated. */
  @Cidrs()
  readonly TRUSTED_PROXIES: readonly string[] = [];

  /**
   * Header in which the trusted proxies name the caller: `x-forwarded-for`, or `forwarded` (RFC 7239). The other one is not
   * read. With `forwarded`, `X-Forwarded-Host` and `X-Forwarded-Proto` are not read either: set PUBLIC_URL.
   */
  @IsIn(['x-forwarded-for', 'forwarded'])
  readonly CLIENT_ADDRESS_HEADER: 'x-forwarded-for' | 'forwarded' = 'x-forwarded-for';

  /** URL at which SDKs reach this product. Without it, SDK settings name the address of each request for them. */
  @IsOptional()
  @Url({ protocols: ['https', 'http'], userInfo: 'SDKs have the write key instead', query: false })
  readonly PUBLIC_URL?: string;

  /** Accept group calls without a user id and without an anonymous id (WIRE 8.8). */
  @Flag()
  readonly ALLOW_GROUP_WITHOUT_USER: boolean = false;

  /** Answer every call to RudderStack's pixels 200, as rudder-server does; otherwise faulty ones get 400 (WIRE 8.5). */
  @Flag()
  readonly RUDDER_PIXEL_ALWAYS_OK: boolean = false;

  /** Largest body of a single call after decompression, in bytes (WIRE 1.4). */
  @Int(1024)
  readonly MAX_EVENT_BYTES: number = 32_768;

  /** Largest body of a batch after decompression, in bytes (WIRE 1.4). */
  @Int(1024)
  readonly MAX_BATCH_BYTES: number = 512_000;

  /** Most messages in a batch (WIRE 8.6). */
  @Int(1)
  readonly MAX_BATCH_EVENTS: number = 2_500;

  /**
   * Shortest time for which a message id is remembered, in hours; repeated messages are not stored. 0 turns this off (WIRE
   * 3.6).
   */
  @Int(0, 8_760)
  readonly DEDUPLICATION_HOURS: number = 24;

  /** Most memory for message ids without REDIS_URL, in MiB. Beyond it, new ids are not remembered. */
  @Int(1)
  readonly DEDUPLICATION_MAX_MIB: number = 512;

  /** How long calls are still accepted after SIGTERM, in ms, and never less than 500. The balancer needs this time to notice. */
  @Int(0)
  readonly DRAIN_DELAY_MS: number = 0;

  /** Least important level of log lines that are written: `debug`, `info`, `warn` or `error`, or `silent` for none. */
  @IsIn(['debug', 'info', 'warn', 'error', 'silent'])
  readonly LOG_LEVEL: 'debug' | 'info' | 'warn' | 'error' | 'silent' = 'info';
}
