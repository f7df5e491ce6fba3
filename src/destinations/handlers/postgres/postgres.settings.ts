import { IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { Address, Secret } from '../../contract/settings-marks.js';

/** A name or an IP address; no path, which would be a socket file of this machine. */
const HOST = /^(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?|[0-9A-Fa-f:.]{2,45})$/;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
/** Leaves room for the name of a type behind it: Postgres cuts names at 63 bytes. */
const PREFIX = /^[A-Za-z_][A-Za-z0-9_]{0,49}$/;
const CERTIFICATE = /^-----BEGIN CERTIFICATE-----\s[\s\S]{1,60000}\s-----END CERTIFICATE-----\s*$/;
const PRINTABLE = /^[^\p{Cc}]+$/u;

export const TLS_MODES = ['require', 'verify-full', 'disable'] as const;
export const LAYOUTS = ['one-table', 'table-per-type'] as const;

export class PostgresSettings {
  /**
   * Host name or IP address of the server.
   * @example db.example.com
   */
  @Address<PostgresSettings>({ encrypted: ({ tls }) => tls !== 'disable', port: ({ port }) => port })
  @Matches(HOST, { message: '$property must be a host name or an IP address' })
  host!: string;

  /** Port of the server. */
  @IsInt()
  @Min(1)
  @Max(65_535)
  port: number = 5432;

  /**
   * Name of the database.
   * @example analytics
   */
  @IsString()
  @Length(1, 63)
  @Matches(PRINTABLE, { message: '$property must not hold control characters' })
  database!: string;

  /**
   * Name of the role that writes. It needs INSERT and SELECT on the tables, and CREATE on the schema unless the tables exist.
   * @example tributary
   */
  @IsString()
  @Length(1, 63)
  @Matches(PRINTABLE, { message: '$property must not hold control characters' })
  user!: string;

  /**
   * Password of that role; left out where the server asks for none.
   * @example YOUR_PASSWORD
   */
  @Secret()
  @IsOptional()
  @IsString()
  @Length(1, 1_000)
  @Matches(PRINTABLE, { message: '$property must not hold control characters' })
  password?: string;

  /**
   * `require` encrypts and trusts any certificate, `verify-full` also checks the certificate and its name, `disable` does not
   * encrypt and only reaches networks the operator has allowed.
   */
  @IsIn(TLS_MODES)
  tls: (typeof TLS_MODES)[number] = 'require';

  /**
   * Certificates in PEM that `verify-full` trusts, in place of the public authorities.
   */
  @IsOptional()
  @Matches(CERTIFICATE, { message: '$property must be certificates in PEM' })
  caCertificate?: string;

  /** Schema that the tables are in; it must exist. */
  @Matches(IDENTIFIER, { message: '$property must be 1 to 63 letters, digits and underscores' })
  schema: string = 'public';

  /** All events in one table, `<prefix>events`, or one table for each type, such as `<prefix>track`. */
  @IsIn(LAYOUTS)
  layout: (typeof LAYOUTS)[number] = 'one-table';

  /** Begins the name of every table. */
  @Matches(PREFIX, { message: '$property must be 1 to 50 letters, digits and underscores' })
  tablePrefix: string = 'tributary_';
}
