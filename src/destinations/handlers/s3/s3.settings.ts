import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { AreCertificates, IsUrlOf } from '../../contract/setting-rules.js';
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

const MAX_ITEMS = 100_000;
const MAX_WAIT_SECONDS = 900;

export class S3Settings {
  /**
   * Name of the bucket. It must exist.
   * @example my-company-events
   */
  @Matches(BUCKET, { message: '$property must be 3 to 63 lower-case letters, digits, dots and hyphens' })
  bucket!: string;

  /** Region of the bucket. Services other than Amazon S3 document theirs, such as `auto`. */
  @Matches(REGION, { message: '$property must be 1 to 40 lower-case letters, digits and hyphens' })
  region: string = 'us-east-1';

  /**
   * Id of the access key. It needs the permission `s3:PutObject` on the prefix and no other.
   * @example YOUR_ACCESS_KEY_ID
   */
  @Length(1, 200)
  @Matches(WITHOUT_SPACES, { message: '$property must be printable ASCII characters without spaces' })
  accessKeyId!: string;

  /**
   * Secret of the access key.
   * @example YOUR_SECRET_ACCESS_KEY
   */
  @Secret()
  @IsString()
  @Length(1, 1_000)
  secretAccessKey!: string;

  /** Session token of temporary keys. When the keys expire, the destination pauses until it gets new ones. */
  @Secret()
  @IsOptional()
  @Length(1, 10_000)
  @Matches(WITHOUT_SPACES, { message: '$property must be printable ASCII characters without spaces' })
  sessionToken?: string;

  /**
   * Address of another service with the S3 API, such as MinIO, R2 or Ceph. Leave it out for Amazon S3. `http` reaches only
   * networks that the operator has allowed.
   * @example https://minio.example.com:9000
   */
  @Address()
  @IsOptional()
  @ApiPropertyOptional({ format: 'uri' })
  @IsUrlOf({
    protocols: ['https', 'http'],
    userInfo: 'put them into `accessKeyId` and `secretAccessKey`',
    query: false,
  })
  endpoint?: string;

  /** Put the bucket in the path of the address instead of the host name, as most MinIO and Ceph installations require. */
  @IsBoolean()
  forcePathStyle: boolean = false;

  /** Certificates in PEM that are trusted for the endpoint instead of the public authorities. */
  @IsOptional()
  @AreCertificates()
  caCertificate?: string;

  /**
   * Folder of the objects. `{date}` (such as 2026-11-21), `{year}`, `{month}`, `{day}` and `{hour}` are taken from
   * `receivedAt` in UTC; `{source}` is the id of the source and `{type}` the type of the event. An object holds events of one
   * folder only.
   */
  @Matches(PREFIX_TEMPLATE, {
    message:
      "$property may hold letters, digits, /!_.*'()=- and {date}, {year}, {month}, {day}, {hour}, {source}, {type}; it may " +
      'not begin with a slash',
  })
  prefix: string = 'events/date={date}/hour={hour}/';

  /** JSON lines compressed with gzip, or Parquet with a column per common field and the whole event in `raw`. */
  @IsIn(FORMATS)
  format: (typeof FORMATS)[number] = 'ndjson.gz';

  /** Longest time that an event waits in the event log for a larger file, in seconds; 0 for no wait. */
  @IsInt()
  @Min(0)
  @Max(MAX_WAIT_SECONDS)
  maxWaitSeconds: number = 60;

  /** Maximum number of events in one object. */
  @IsInt()
  @Min(1)
  @Max(MAX_ITEMS)
  maxItems: number = 10_000;

  /**
   * Storage class of the objects. Leave it out for the default of the service.
   * @example STANDARD_IA
   */
  @IsOptional()
  @IsIn(STORAGE_CLASSES)
  storageClass?: (typeof STORAGE_CLASSES)[number];

  /**
   * Encryption that each upload requests from the service. Leave it out for the default of the bucket.
   * @example aws:kms
   */
  @IsOptional()
  @IsIn(ENCRYPTIONS)
  encryption?: (typeof ENCRYPTIONS)[number];

  /**
   * Id or ARN of the key for `aws:kms`. Leave it out for the key of the service.
   * @example arn:aws:kms:eu-central-1:111122223333:key/YOUR_KEY_ID
   */
  @IsOptional()
  @Length(1, 500)
  @Matches(WITHOUT_SPACES, { message: '$property must be printable ASCII characters without spaces' })
  kmsKeyId?: string;
}
