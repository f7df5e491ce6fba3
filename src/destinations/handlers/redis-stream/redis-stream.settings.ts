import { IsInt, IsOptional, IsString, IsUrl, Length, Matches, Max, Min } from 'class-validator';
import { Address, Secret } from '../../contract/settings-marks.js';

const CERTIFICATE = /^-----BEGIN CERTIFICATE-----\s[\s\S]{1,60000}\s-----END CERTIFICATE-----\s*$/;
const PRINTABLE = /^[^\p{Cc}]+$/u;
/** Text without spaces, in which only the two placeholders may stand in braces. */
const STREAM = /^(?:[^{}\s\p{Cc}]|\{type\}|\{source\})+$/u;
/** The number of the database, or nothing, behind the host. */
const NO_PATH_BUT_DATABASE = /^rediss?:\/\/[^/?#]+(?:\/\d{0,4})?$/;

const MAX_LENGTH = 1_000_000_000;
const WEEK_SECONDS = 604_800;

export class RedisStreamSettings {
  /**
   * Address of the server, with the number of the database behind it if it is not 0. `rediss` encrypts and checks the
   * certificate; `redis` only reaches networks the operator has allowed.
   * @example rediss://redis.example.com:6380/0
   */
  @Address()
  @IsUrl({
    protocols: ['redis', 'rediss'],
    require_protocol: true,
    require_tld: false,
    disallow_auth: true,
    allow_underscores: true,
  })
  @Matches(NO_PATH_BUT_DATABASE, { message: '$property must be redis(s)://host:port, or that and /database' })
  url!: string;

  /**
   * User to log in as; left out for the default user.
   * @example tributary
   */
  @IsOptional()
  @IsString()
  @Length(1, 200)
  @Matches(PRINTABLE, { message: '$property must not hold control characters' })
  username?: string;

  /**
   * Password to log in with; left out where the server asks for none.
   * @example YOUR_PASSWORD
   */
  @Secret()
  @IsOptional()
  @IsString()
  @Length(1, 1_000)
  password?: string;

  /**
   * Certificates in PEM that `rediss` trusts, in place of the public authorities.
   */
  @IsOptional()
  @Matches(CERTIFICATE, { message: '$property must be certificates in PEM' })
  caCertificate?: string;

  /** Key of the stream; `{type}` stands for the type of the event, and `{source}` for the id of its source. */
  @Length(1, 200)
  @Matches(STREAM, {
    message: '$property must be a key without spaces; only {type} and {source} are replaced',
  })
  stream: string = 'tributary:events';

  /**
   * How many entries each stream keeps at least; older ones may go. Left out, it keeps all.
   * @example 1000000
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_LENGTH)
  maxLength?: number;

  /**
   * Seconds in which an event that comes again is not added again: a key for each event remembers that, and the user needs
   * the right to EVAL. Left out, nothing is remembered.
   * @example 86400
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(WEEK_SECONDS)
  deduplicationSeconds?: number;
}
