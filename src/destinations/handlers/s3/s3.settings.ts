import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { Address, Secret } from '../../contract/settings-marks.js';
import { PREFIX_TEMPLATE } from './keys.js';

export const FORMATS = ['ndjson.gz', 'parquet'] as const;
export const ENCRYPTIONS = ['AES256', 'aws:kms'] as const;
export const STORAGE_CLASSES = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
] as const;

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const REGION = /^[a-z0-9-]{1,40}$/;
const WITHOUT_SPACES = /^[\x21-\x7e]+$/;
const CERTIFICATE = /^-----BEGIN CERTIFICATE-----\s[\s\S]{1,60000}\s-----END CERTIFICATE-----\s*$/;

const MAX_ITEMS = 100_000;
const MAX_WAIT_SECONDS = 900;

export class S3Settings {
  /**
   * Name of the bucket; it must exist.
   * @example my-company-events
   */
  @Matches(BUCKET, { message: '$property must be 3 to 63 lower-case letters, digits, dots and hyphens' })
  bucket!: string;

  /** Region of the bucket; for other services whatever they say, such as `auto`. */
  @Matches(REGION, { message: '$property must be 1 to 40 lower-case letters, digits and hyphens' })
  region: string = 'us-east-1';

  /**
   * Id of the key that signs. It needs the right `s3:PutObject` on the prefix, and nothing else.
   * @example YOUR_ACCESS_KEY_ID
   */
  @Length(1, 200)
  @Matches(WITHOUT_SPACES, { message: '$property must be printable ASCII characters without spaces' })
  accessKeyId!: string;

  /**
   * The secret of that key.
   * @example YOUR_SECRET_ACCESS_KEY
   */
  @Secret()
  @IsString()
  @Length(1, 1_000)
  secretAccessKey!: string;

  /**
   * Session token, for keys that are temporary. When they expire the destination pauses until it gets new ones.
   */
  @Secret()
  @IsOptional()
  @Length(1, 10_000)
  @Matches(WITHOUT_SPACES, { message: '$property must be printable ASCII characters without spaces' })
  sessionToken?: string;

  /**
   * Address of another service that speaks S3, such as MinIO, R2 or Ceph; left out for Amazon's. `http` only reaches networks
   * the operator has allowed.
   * @example https://minio.example.com:9000
   */
  @Address()
  @IsOptional()
  @IsUrl({
    ...{ protocols: ['https', 'http'], require_protocol: true, require_tld: false },
    ...{ disallow_auth: true, allow_query_components: false, allow_fragments: false },
  })
  endpoint?: string;

  /** Name the bucket in the path of the address and not in its host, as MinIO and Ceph mostly want it. */
  @IsBoolean()
  forcePathStyle: boolean = false;

  /**
   * Certificates in PEM that the endpoint is trusted by, in place of the public authorities.
   */
  @IsOptional()
  @Matches(CERTIFICATE, { message: '$property must be certificates in PEM' })
  caCertificate?: string;

  /**
   * Folder that the objects go to. `{date}` (such as 2026-11-21), `{year}`, `{month}`, `{day}` and `{hour}` are those of
   * `receivedAt` in UTC, `{source}` is the id of the source and `{type}` the type of the event. No object has events of two
   * folders.
   */
  @Matches(PREFIX_TEMPLATE, {
    message:
      "$property may hold letters, digits, /!_.*'()=- and {date}, {year}, {month}, {day}, {hour}, {source}, {type}; it may " +
      'not begin with a slash',
  })
  prefix: string = 'events/date={date}/hour={hour}/';

  /** Lines of JSON, compressed by gzip, or Parquet with a column for each common field and the whole event in `raw`. */
  @IsIn(FORMATS)
  format: (typeof FORMATS)[number] = 'ndjson.gz';

  /** How long an event may wait for others in the event log until it is put, in seconds; 0 for not at all. */
  @IsInt()
  @Min(0)
  @Max(MAX_WAIT_SECONDS)
  maxWaitSeconds: number = 60;

  /** Most events in one object. */
  @IsInt()
  @Min(1)
  @Max(MAX_ITEMS)
  maxItems: number = 10_000;

  /**
   * Storage class of the objects; left out, the service's default.
   * @example STANDARD_IA
   */
  @IsOptional()
  @IsIn(STORAGE_CLASSES)
  storageClass?: (typeof STORAGE_CLASSES)[number];

  /**
   * Encryption by the service that is asked for with each object; left out, what the bucket says.
   * @example aws:kms
   */
  @IsOptional()
  @IsIn(ENCRYPTIONS)
  encryption?: (typeof ENCRYPTIONS)[number];

  /**
   * Key that `aws:kms` encrypts with, by id or ARN; left out, the service's own.
   * @example arn:aws:kms:eu-central-1:111122223333:key/YOUR_KEY_ID
   */
  @IsOptional()
  @Length(1, 500)
  @Matches(WITHOUT_SPACES, { message: '$property must be printable ASCII characters without spaces' })
  kmsKeyId?: string;
}
