import { IsBoolean, IsInt, IsOptional, IsString, IsUrl, Length, Matches, Max, Min } from 'class-validator';
import { Address, Secret } from '../../contract/settings-marks.js';

const CERTIFICATE = /^-----BEGIN CERTIFICATE-----\s[\s\S]{1,60000}\s-----END CERTIFICATE-----\s*$/;
const PRINTABLE = /^[^\p{Cc}]+$/u;
/** Basic authentication ends the name at the first colon. */
const USERNAME = /^[^\p{Cc}:]+$/u;
const TABLE = /^(?:[A-Za-z_]|\{type\})(?:[A-Za-z0-9_]|\{type\})*$/;
/** The client would take a path for the name of a database, and a query for settings. */
const NO_PATH = /^https?:\/\/[^/?#]+\/?$/;

export class ClickHouseSettings {
  /**
   * Address of the server's HTTP interface. `https` checks the certificate; `http` only reaches networks the operator has
   * allowed.
   * @example https://clickhouse.example.com:8443
   */
  @Address()
  @IsUrl({
    protocols: ['https', 'http'],
    require_protocol: true,
    require_tld: false,
    disallow_auth: true,
    allow_underscores: true,
  })
  @Matches(NO_PATH, { message: '$property must be http(s)://host:port' })
  url!: string;

  /** Name of the user that writes. It needs INSERT on the tables, and CREATE TABLE on the database unless they exist. */
  @IsString()
  @Length(1, 200)
  @Matches(USERNAME, { message: '$property must not hold colons or control characters' })
  username: string = 'default';

  /**
   * Password of that user; left out where there is none.
   * @example YOUR_PASSWORD
   */
  @Secret()
  @IsOptional()
  @IsString()
  @Length(1, 1_000)
  password?: string;

  /**
   * Certificates in PEM that `https` trusts, in place of the public authorities.
   */
  @IsOptional()
  @Matches(CERTIFICATE, { message: '$property must be certificates in PEM' })
  caCertificate?: string;

  /** Database that the tables are in; it must exist. */
  @IsString()
  @Length(1, 200)
  @Matches(PRINTABLE, { message: '$property must not hold control characters' })
  database: string = 'default';

  /** Name of the table; `{type}` stands for the type of the event, such as in `tributary_{type}`. */
  @Length(1, 150)
  @Matches(TABLE, { message: '$property must be letters, digits and underscores; only {type} is replaced' })
  table: string = 'events';

  /**
   * Make a table that is missing. Turned off, events wait for it and are tried again; a table of your own may have another
   * engine, order or partitions, and needs the same columns.
   */
  @IsBoolean()
  createTable: boolean = true;

  /** How long an event may wait for company, in seconds: ClickHouse likes few large inserts. */
  @IsInt()
  @Min(0)
  @Max(60)
  maxWaitSeconds: number = 1;
}
