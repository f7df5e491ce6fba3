import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { AreCertificates, IsPrintable, IsUrlOf } from '../../contract/setting-rules.js';
import { Address, Secret } from '../../contract/settings-marks.js';

/** Text without spaces; braces only as the two placeholders. */
const STREAM = /^(?:[^{}\s\p{Cc}]|\{type\}|\{source\})+$/u;
/** After the host only a database number. */
const NO_PATH_BUT_DATABASE = /^(?:\/\d{0,4})?$/;

const MAX_LENGTH = 1_000_000_000;
const WEEK_SECONDS = 604_800;

export class RedisStreamSettings {
  /**
   * Address of the server, followed by the database number when it is not 0. `rediss` encrypts and checks the certificate.
   * `redis` reaches only networks that the operator has allowed.
   * @example rediss://redis.example.com:6380/0
   */
  @Address()
  @ApiProperty({ format: 'uri' })
  @IsUrlOf({
    protocols: ['rediss', 'redis'],
    userInfo: 'put them into `username` and `password`',
    rest: { form: NO_PATH_BUT_DATABASE, fault: 'must be redis(s)://host:port, or that and /database' },
  })
  url!: string;

  /**
   * User to log in as. Leave it out for the default user.
   * @example tributary
   */
  @IsOptional()
  @IsString()
  @Length(1, 200)
  @IsPrintable()
  username?: string;

  /**
   * Password of the user. Leave it out when the server requires none.
   * @example YOUR_PASSWORD
   */
  @Secret()
  @IsOptional()
  @IsString()
  @Length(1, 1_000)
  password?: string;

  /** Certificates in PEM that `rediss` trusts instead of the public authorities. */
  @IsOptional()
  @AreCertificates()
  caCertificate?: string;

  /** Key of the stream. `{type}` is replaced by the type of the event, `{source}` by the id of its source. */
  @Length(1, 200)
  @Matches(STREAM, {
    message: '$property must be a key without spaces; only {type} and {source} are replaced',
  })
  stream: string = 'tributary:events';

  /**
   * Number of entries that each stream keeps at least; Redis may remove older ones. Leave it out to keep all.
   * @example 1000000
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_LENGTH)
  maxLength?: number;

  /**
   * Seconds in which an event that is delivered again is not added again. Redis stores a key per event for this, and the user
   * needs the right to EVAL. Leave it out to store nothing.
   * @example 86400
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(WEEK_SECONDS)
  deduplicationSeconds?: number;
}
