import { IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { AreCertificates, IsHost, IsPrintable } from '../../contract/setting-rules.js';
import { Address, Secret } from '../../contract/settings-marks.js';

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
/** Leaves room for the name of an event type: PostgreSQL cuts names at 63 bytes. */
const PREFIX = /^[A-Za-z_][A-Za-z0-9_]{0,49}$/;

export const TLS_MODES = ['verify-full', 'require', 'disable'] as const;
export const LAYOUTS = ['one-table', 'table-per-type'] as const;

export class PostgresSettings {
  /**
   * Host name or IP address of the server.
   * @example db.example.com
   */
  @Address<PostgresSettings>({ encrypted: ({ tls }) => tls !== 'disable', port: ({ port }) => port })
  @IsHost()
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
  @IsPrintable()
  database!: string;

  /**
   * Role that inserts the events. It needs INSERT and SELECT on the tables. To create missing tables it needs CREATE on the
   * schema; to add missing columns it must own the tables.
   * @example tributary
   */
  @IsString()
  @Length(1, 63)
  @IsPrintable()
  user!: string;

  /**
   * Password of the role. Leave it out when the server requires none.
   * @example YOUR_PASSWORD
   */
  @Secret()
  @IsOptional()
  @IsString()
  @Length(1, 1_000)
  @IsPrintable()
  password?: string;

  /**
   * `verify-full` encrypts, and checks the certificate and its name. `require` encrypts and trusts any certificate. `disable`
   * does not encrypt, and reaches only networks that the operator has allowed. Only with `verify-full` is a password sent to a
   * server that requests it in clear text.
   */
  @IsIn(TLS_MODES)
  tls: (typeof TLS_MODES)[number] = 'verify-full';

  /** Certificates in PEM that `verify-full` trusts instead of the public authorities. */
  @IsOptional()
  @AreCertificates()
  caCertificate?: string;

  /** Schema of the tables. It must exist. */
  @Matches(IDENTIFIER, { message: '$property must be 1 to 63 letters, digits and underscores' })
  schema: string = 'public';

  /** `one-table` stores all events in `<prefix>events`; `table-per-type` uses one table per type, such as `<prefix>track`. */
  @IsIn(LAYOUTS)
  layout: (typeof LAYOUTS)[number] = 'one-table';

  /** Prefix of the name of every table. */
  @Matches(PREFIX, { message: '$property must be 1 to 50 letters, digits and underscores' })
  tablePrefix: string = 'tributary_';
}
