import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { AreCertificates, IsPrintable, IsUrlOf } from '../../contract/setting-rules.js';
import { Address, Secret } from '../../contract/settings-marks.js';

/** Basic authentication ends the name at the first colon. */
const USERNAME = /^[^\p{Cc}:]+$/u;
const TABLE = /^(?:[A-Za-z_]|\{type\})(?:[A-Za-z0-9_]|\{type\})*$/;
/** The client would read a path as the name of a database, and a query as settings. */
const NO_PATH = /^\/?$/;

export class ClickHouseSettings {
  /**
   * Address of the server's HTTP interface. `https` checks the certificate. `http` reaches only networks that the operator has
   * allowed.
   * @example https://clickhouse.example.com:8443
   */
  @Address()
  @ApiProperty({ format: 'uri' })
  @IsUrlOf({
    protocols: ['https', 'http'],
    userInfo: 'put them into `username` and `password`',
    rest: { form: NO_PATH, fault: 'must be http(s)://host:port, with nothing behind it' },
  })
  url!: string;

  /**
   * User that inserts the events. It needs INSERT on the tables. To create missing tables it needs CREATE TABLE on the
   * database; to add missing columns it needs ALTER ADD COLUMN on the tables.
   */
  @IsString()
  @Length(1, 200)
  @Matches(USERNAME, { message: '$property must not hold colons or control characters' })
  username: string = 'default';

  /**
   * Password of the user. Leave it out when the user has none.
   * @example YOUR_PASSWORD
   */
  @Secret()
  @IsOptional()
  @IsString()
  @Length(1, 1_000)
  password?: string;

  /** Certificates in PEM that `https` trusts instead of the public authorities. */
  @IsOptional()
  @AreCertificates()
  caCertificate?: string;

  /** Database of the tables. It must exist. */
  @IsString()
  @Length(1, 200)
  @IsPrintable()
  database: string = 'default';

  /** Name of the table. `{type}` is replaced by the type of the event, as in `tributary_{type}`. */
  @Length(1, 150)
  @Matches(TABLE, { message: '$property must be letters, digits and underscores; only {type} is replaced' })
  table: string = 'events';

  /**
   * Create missing tables and add missing columns. When it is off, a missing table makes deliveries retry until the
   * destination pauses, and a missing column pauses the destination. Your own table may have another engine, order or
   * partitions; it needs all columns.
   */
  @IsBoolean()
  createTable: boolean = true;

  /** Longest time that an event waits for a larger batch, in seconds. ClickHouse works best with few large inserts. */
  @IsInt()
  @Min(0)
  @Max(60)
  maxWaitSeconds: number = 1;
}
