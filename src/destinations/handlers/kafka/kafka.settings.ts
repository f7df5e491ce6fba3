import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  Length,
  Matches,
  ValidateIf,
} from 'class-validator';
import { IsBroker, IsCertificate, IsPrivateKey } from '../../contract/setting-rules.js';
import { Address, Secret } from '../../contract/settings-marks.js';
import { KEY_TEMPLATE, TOPIC_TEMPLATE } from './templates.js';

export const COMPRESSIONS = ['none', 'gzip'] as const;
export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

const withLogin = ({ saslMechanism }: KafkaSettings): boolean => saslMechanism !== undefined;
const withPair = ({ clientCertificate, clientKey }: KafkaSettings): boolean =>
  clientCertificate !== undefined || clientKey !== undefined;

export class KafkaSettings {
  /**
   * Brokers for the first connection, each `host:port`. They report the other brokers, which must be reachable too.
   * @example ["kafka-1.example.com:9093", "kafka-2.example.com:9093"]
   */
  @Address<KafkaSettings>({ encrypted: ({ tls }) => tls })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ArrayUnique()
  @IsBroker({ each: true })
  brokers!: string[];

  /**
   * Topic of the records. `{type}`, `{event}` (the event name of a track, otherwise the type), `{source}` and `{workspace}`
   * are replaced. Characters that Kafka does not allow become underscores.
   * @example tributary.{type}
   */
  @Matches(TOPIC_TEMPLATE, {
    message:
      '$property may hold letters, digits, dots, underscores, hyphens, {type}, {event}, {source} and {workspace}',
  })
  topic!: string;

  /**
   * Key of the records. It decides their partition, and so their order. `{userId}` (else the anonymous id, else the message
   * id), `{messageId}`, `{type}`, `{source}` and `{workspace}` are replaced.
   * @example {userId}
   */
  @Matches(KEY_TEMPLATE, {
    message:
      '$property may hold text of up to 200 characters, {userId}, {messageId}, {type}, {source} and {workspace}',
  })
  key: string = '{userId}';

  /** Let the cluster create missing topics, if it permits that. When it is off, events wait and retry until the topic exists. */
  @IsBoolean()
  createTopics: boolean = false;

  /** Compression of the records. */
  @ApiProperty({ enum: COMPRESSIONS })
  @IsIn(COMPRESSIONS)
  compression: (typeof COMPRESSIONS)[number] = 'none';

  /**
   * Name of this client in the logs and quotas of the brokers.
   * @example tributary
   */
  @Matches(/^[A-Za-z0-9._-]{1,100}$/, {
    message: '$property must be 1 to 100 letters, digits, dots, underscores or hyphens',
  })
  clientId: string = 'tributary';

  /** Encrypt the connections. Without encryption only networks that the operator has allowed are reached. */
  @IsBoolean()
  tls: boolean = true;

  /** Certificate in PEM of the authority for the brokers' certificates. Leave it out to trust the public authorities. */
  @IsOptional()
  @IsCertificate()
  caCertificate?: string;

  /** Client certificate in PEM, for clusters that require one. */
  @Secret()
  @ValidateIf(withPair)
  @IsCertificate()
  clientCertificate?: string;

  /** Private key of the client certificate in PEM, without a passphrase. */
  @Secret()
  @ValidateIf(withPair)
  @IsPrivateKey()
  clientKey?: string;

  /**
   * Mechanism of the login, for clusters that require a user and a password.
   * @example scram-sha-512
   */
  @ApiProperty({ required: false, enum: SASL_MECHANISMS })
  @IsOptional()
  @IsIn(SASL_MECHANISMS)
  saslMechanism?: (typeof SASL_MECHANISMS)[number];

  /**
   * User to log in as.
   * @example tributary
   */
  @ValidateIf(withLogin)
  @Length(1, 250)
  username?: string;

  /**
   * Password of the user.
   * @example YOUR_PASSWORD
   */
  @Secret()
  @ValidateIf(withLogin)
  @Length(1, 1_000)
  password?: string;
}
