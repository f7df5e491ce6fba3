import { hash } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type Socket } from 'node:net';
import type * as Sdk from '@aws-sdk/client-s3';
import { type OpenContext, type Opened } from '../../contract/context.js';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type FailureResult, type ItemResult } from '../../contract/delivery-item.js';
import { type ConnectionTarget, type DeliveryNetwork } from '../../contract/network.js';
import { s3Failure } from './s3.failure.js';
import { type S3Settings } from './s3.settings.js';

/** An object to upload. */
export interface NewObject {
  readonly key: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  /** Id of the replay that sends its events. */
  readonly replay?: string | undefined;
}

/** An upload in flight. */
interface Upload {
  /** What the network refused meanwhile, such as an answer that is too large; the SDK reports a lost connection only. */
  refused?: FailureResult;
}

/** Uploads of one destination in flight. */
const MAX_SOCKETS = 8;
/**
 * Longest response to an upload, in bytes. Errors are short texts in XML. The SDK parses one in a single turn of the event loop,
 * and its time grows with the square of the number of attributes: 11 s for 3 MB.
 */
const MAX_RESPONSE_BYTES = 65_536;

/** Every option that is missing here the SDK reads from the environment, from files, or from the provider of the machine. */
const NOTHING_FROM_OUTSIDE = {
  defaultsMode: 'standard',
  authSchemePreference: ['sigv4'],
  ignoreConfiguredEndpointUrls: true,
  maxAttempts: 1,
  retryMode: 'standard',
  followRegionRedirects: false,
  useArnRegion: false,
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  disableS3ExpressSessionAuth: false,
  disableClockSkewCorrection: false,
  // Older services do not know the SDK's checksums. Each upload carries an MD5, which all services check.
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  // With Expect: 100-continue the SDK opens connections of its own, which bypass the guard.
  expectContinueHeader: false,
  userAgentAppId: 'tributary',
  defaultUserAgentProvider: () => Promise.resolve([['tributary', '1']]),
} satisfies Sdk.S3ClientConfig;

/** One bucket. Each upload opens a guarded connection: uploads are rare, and an idle connection may be dead. */
export class S3Client implements Opened {
  private readonly sdkClient: Sdk.S3Client;
  private readonly uploads = new Set<Upload>();

  private constructor(
    private readonly sdk: typeof Sdk,
    private readonly settings: S3Settings,
    network: DeliveryNetwork,
  ) {
    const { region, endpoint, forcePathStyle, accessKeyId, secretAccessKey, sessionToken } = settings;
    this.sdkClient = new sdk.S3Client({
      ...NOTHING_FROM_OUTSIDE,
      ...{ region, forcePathStyle },
      ...(endpoint !== undefined && { endpoint }),
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      requestHandler: agentsOn((to) => this.connect(network, to), settings.caCertificate),
    });
  }

  /** Loads the SDK (0.2 s, 25 MB) with the first destination of the type only. */
  static async open({ settings, network }: OpenContext<S3Settings>): Promise<S3Client> {
    return new S3Client(await import('@aws-sdk/client-s3'), settings, network);
  }

  /** Uploads one object. Throws a DeliveryError for a refused address, and the reason of the signal; other failures are results. */
  async put(object: NewObject, signal: AbortSignal): Promise<ItemResult> {
    signal.throwIfAborted();
    const upload: Upload = {};
    this.uploads.add(upload);
    try {
      const command = new this.sdk.PutObjectCommand(putOf(object, this.settings));
      await this.sdkClient.send(command, { abortSignal: signal });
      // A body without a length ends with its connection, so the SDK takes a refused one for complete.
      return upload.refused ?? { kind: 'ok' };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DeliveryError) throw error;
      const failure = s3Failure(error);
      return failure.kind === 'retry' ? (upload.refused ?? failure) : failure;
    } finally {
      this.uploads.delete(upload);
    }
  }

  close(): void {
    this.sdkClient.destroy();
  }

  /** Sockets carry no mark of their upload, so a refusal of a retry counts for all in flight: they go to one server. */
  private connect(network: DeliveryNetwork, to: ConnectionTarget): Socket {
    let left = MAX_RESPONSE_BYTES;
    const inspect = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left < 0) throw new DeliveryError({ kind: 'retry', reason: 'answer_too_large' });
    };
    return network.connect({ ...to, inspect }).on('error', (error) => {
      if (!(error instanceof DeliveryError) || error.result.kind !== 'retry') return;
      for (const upload of this.uploads) upload.refused = error.result;
    });
  }
}

/** Input of PutObject. */
export function putOf(
  { key, body, contentType, replay }: NewObject,
  { bucket, storageClass, encryption, kmsKeyId }: S3Settings,
): Sdk.PutObjectCommandInput {
  return {
    ...{ Bucket: bucket, Key: key, Body: body, ContentType: contentType },
    ContentMD5: hash('md5', body, 'base64'),
    ...(replay !== undefined && { Metadata: { replay } }),
    ...(storageClass !== undefined && { StorageClass: storageClass }),
    ...(encryption !== undefined && { ServerSideEncryption: encryption }),
    ...(encryption === 'aws:kms' && kmsKeyId !== undefined && { SSEKMSKeyId: kmsKeyId }),
  };
}

/** Agents for both protocols: the SDK would replace a missing one by an agent without a guard. */
function agentsOn(connect: (to: ConnectionTarget) => Socket, ca: string | undefined) {
  const httpAgent = new HttpAgent({ maxSockets: MAX_SOCKETS });
  const httpsAgent = new HttpsAgent({ maxSockets: MAX_SOCKETS });
  httpAgent.createConnection = ({ host, port }) => connect({ host: String(host), port: Number(port) });
  httpsAgent.createConnection = ({ host, port }) =>
    connect({ host: String(host), port: Number(port), tls: ca === undefined ? {} : { ca } });
  // Without a logger the SDK prints a warning when many uploads wait for a connection.
  const logger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };
  return { httpAgent, httpsAgent, logger };
}

const silent = (): void => undefined;
