import { hash } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type * as Sdk from '@aws-sdk/client-s3';
import { type OpenContext, type Opened } from '../../contract/context.js';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type ItemResult } from '../../contract/delivery-item.js';
import { type DeliveryNetwork } from '../../contract/network.js';
import { failureOf } from './failure.js';
import { type S3Settings } from './s3.settings.js';

/** An object to be put. */
export interface NewObject {
  readonly key: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  /** Id of the replay that its events come from. */
  readonly replay?: string | undefined;
}

/** Objects of one destination that are put side by side. */
const MAX_SOCKETS = 8;

/** What is left out here the SDK looks for in the environment, in files, and at addresses of the machine's provider. */
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
  // Checksums of the SDK's are unknown to older services: MD5, which all of them check, goes with each object.
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  // The SDK would wait for leave on connections of its own, past the guard.
  expectContinueHeader: false,
  userAgentAppId: 'tributary',
  defaultUserAgentProvider: () => Promise.resolve([['tributary', '1']]),
} satisfies Sdk.S3ClientConfig;

/** One bucket, over connections that the network permits, each for one object: files are seldom, and an idle one may be dead. */
export class Bucket implements Opened {
  private readonly client: Sdk.S3Client;

  private constructor(
    private readonly sdk: typeof Sdk,
    private readonly settings: S3Settings,
    network: DeliveryNetwork,
  ) {
    const { region, endpoint, forcePathStyle, accessKeyId, secretAccessKey, sessionToken } = settings;
    this.client = new sdk.S3Client({
      ...NOTHING_FROM_OUTSIDE,
      ...{ region, forcePathStyle },
      ...(endpoint !== undefined && { endpoint }),
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      requestHandler: agentsOn(network, settings.caCertificate),
    });
  }

  /** The SDK takes a fifth of a second and 25 MB: only who has such a destination pays for it. */
  static async open({ settings, network }: OpenContext<S3Settings>): Promise<Bucket> {
    return new Bucket(await import('@aws-sdk/client-s3'), settings, network);
  }

  /** Throws what says that the network may not be reached, or the reason of the signal; everything else is a result. */
  async put(object: NewObject, signal: AbortSignal): Promise<ItemResult> {
    signal.throwIfAborted();
    try {
      const command = new this.sdk.PutObjectCommand(putOf(object, this.settings));
      await this.client.send(command, { abortSignal: signal });
      return { kind: 'ok' };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DeliveryError) throw error;
      return failureOf(error);
    }
  }

  close(): void {
    this.client.destroy();
  }
}

/** The request for an object. */
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

/** Both, whatever the endpoint's protocol is: in place of one that is missing the SDK makes one that goes anywhere. */
function agentsOn(network: DeliveryNetwork, ca: string | undefined) {
  const httpAgent = new HttpAgent({ maxSockets: MAX_SOCKETS });
  const httpsAgent = new HttpsAgent({ maxSockets: MAX_SOCKETS });
  httpAgent.createConnection = ({ host, port }) =>
    network.connect({ host: String(host), port: Number(port) });
  httpsAgent.createConnection = ({ host, port }) =>
    network.connect({ host: String(host), port: Number(port), tls: ca === undefined ? {} : { ca } });
  // Without a logger it would write on the console when many objects wait for a connection.
  const logger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };
  return { httpAgent, httpsAgent, logger };
}

const silent = (): void => undefined;
