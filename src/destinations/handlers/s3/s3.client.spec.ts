import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, connect, type LookupFunction, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type DeliveryNetwork } from '../../contract/network.js';
import { settingsOf } from '../../settings/check-settings.js';
import { S3Client } from './s3.client.js';
import { s3 } from './s3.handler.js';

interface Answer {
  /** 0 for no response. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const PAGE = '<html><body>Something & nothing</body>';
const xml = (code: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>No words of this</Message></Error>`;
const object = { key: 'a/b.ndjson.gz', body: Buffer.from('some bytes'), contentType: 'application/gzip' };

let server: Server;
let answer: Answer;
const requests: { readonly path: string | undefined; readonly headers: IncomingHttpHeaders }[] = [];
const connections: { readonly host: string; readonly port: number; readonly tls: boolean }[] = [];
const open: S3Client[] = [];

/** Fails like a guarded connection: in a later turn of the event loop. */
function failing(error: Error): Socket {
  const lookup: LookupFunction = (_name, _options, told) => void setImmediate(told, error, '');
  return connect({ host: 'refused.invalid', port: 1, lookup });
}

/** Every connection leads to the server of this test; with `refusal` it fails as the guard would. */
function networkThat(refusal?: Error): DeliveryNetwork {
  return {
    connect: ({ host, port, tls }) => {
      connections.push({ host, port, tls: tls !== undefined });
      if (refusal !== undefined) return failing(refusal);
      return connect((server.address() as AddressInfo).port, '127.0.0.1');
    },
    socket: () => new Socket(),
    contain: () => undefined,
  };
}

async function put(more: object = {}, network = networkThat(), signal = new AbortController().signal) {
  const keys = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const place = { bucket: 'events', endpoint: 'http://s3.example.com', forcePathStyle: true };
  const settings = settingsOf(s3, { ...keys, ...place, ...more });
  const bucket = await S3Client.open({ settings, network, destinationId: 'dst_1', signal });
  open.push(bucket);
  return bucket.put(object, signal);
}

beforeAll(async () => {
  // As src/config does.
  vi.stubEnv('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');
  server = createServer((request, response) => {
    requests.push({ path: request.url, headers: request.headers });
    request.resume().on('end', () => {
      if (answer.status !== 0) response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => server.close());
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  requests.length = connections.length = 0;
  vi.unstubAllEnvs();
});

describe('the response of a service', () => {
  it('with status 200 means that the object is stored', async () => {
    answer = { status: 200, headers: { etag: '"x"' } };
    expect(await put()).toEqual({ kind: 'ok' });
    expect(requests.map(({ path }) => path)).toEqual(['/events/a/b.ndjson.gz?x-id=PutObject']);
  });

  it.each([
    ['auth', 403, 'InvalidAccessKeyId'],
    ['auth', 403, 'SignatureDoesNotMatch'],
    ['auth', 403, 'AccessDenied'],
    ['auth', 400, 'ExpiredToken'],
    ['auth', 400, 'InvalidToken'],
    ['auth', 404, 'NoSuchBucket'],
    ['auth', 400, 'InvalidStorageClass'],
    ['auth', 400, 'AuthorizationHeaderMalformed'],
    ['auth', 301, 'PermanentRedirect'],
    ['auth', 501, 'NotImplemented'],
    ['auth', 400, 'SomethingNew'],
    ['retry', 307, 'TemporaryRedirect'],
    ['retry', 403, 'RequestTimeTooSkewed'],
    ['retry', 400, 'RequestTimeout'],
    ['retry', 400, 'BadDigest'],
    ['retry', 409, 'OperationAborted'],
    ['retry', 429, 'TooManyRequests'],
    ['retry', 500, 'InternalError'],
    ['retry', 503, 'SlowDown'],
    ['reject', 400, 'EntityTooLarge'],
    ['reject', 400, 'MaxMessageLengthExceeded'],
    ['reject', 413, 'EntityTooLarge'],
  ])('means %s: %i %s, after one request', async (kind, status, code) => {
    answer = { status, body: xml(code), headers: { location: 'http://elsewhere.example.com/' } };
    expect(await put()).toEqual({ kind, reason: `s3_${code}`, status });
    expect(requests).toHaveLength(1);
    expect(connections).toHaveLength(1);
  });

  it('may have a code with a dot', async () => {
    answer = { status: 400, body: xml('KMS.NotFoundException') };
    expect(await put()).toEqual({ kind: 'auth', reason: 's3_KMS_NotFoundException', status: 400 });
  });

  it.each([
    ['auth', 403, PAGE],
    ['auth', 404, xml('<b>A text</b>')],
    ['reject', 413, PAGE],
    ['retry', 429, ''],
    ['retry', 502, PAGE],
    ['retry', 503, xml('two words')],
  ])('without a code means %s: %i %s', async (kind, status, body) => {
    answer = { status, body };
    expect(await put()).toEqual({ kind, reason: `http_${status}`, status });
  });

  it('may request a wait', async () => {
    answer = { status: 503, body: xml('SlowDown'), headers: { 'retry-after': '7' } };
    expect(await put()).toEqual({ kind: 'retry', reason: 's3_SlowDown', status: 503, afterMs: 7_000 });
  });

  it('may be a closed connection', async () => {
    const end = new Error('gone') as NodeJS.ErrnoException;
    end.code = 'ECONNRESET';
    expect(await put({}, networkThat(end))).toEqual({ kind: 'retry', reason: 'connection_reset' });
  });
});

describe('a bucket', () => {
  it('rejects with the error of the network for a refused address', async () => {
    const blocked = new DeliveryError({ kind: 'reject', reason: 'address_blocked' });
    for (const endpoint of ['http://s3.example.com', 'https://s3.example.com'])
      await expect(put({ endpoint }, networkThat(blocked))).rejects.toBe(blocked);
  });

  it.each([
    [{}, { host: 's3.example.com', port: 80, tls: false }],
    [{ endpoint: 'https://s3.example.com:9000' }, { host: 's3.example.com', port: 9000, tls: true }],
    [{ forcePathStyle: false }, { host: 'events.s3.example.com', port: 80, tls: false }],
    [
      { endpoint: undefined, forcePathStyle: false, region: 'eu-central-1' },
      { host: 'events.s3.eu-central-1.amazonaws.com', port: 443, tls: true },
    ],
    [
      { endpoint: undefined, region: 'cn-north-1' },
      { host: 's3.cn-north-1.amazonaws.com.cn', port: 443, tls: true },
    ],
  ])('with %j is reached at %j', async (more, connection) => {
    await put(more, networkThat(new Error('far enough')));
    expect(connections).toEqual([connection]);
  });

  it('reads nothing from the environment or files of the machine', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tributary-aws-'));
    const file = join(folder, 'config');
    await writeFile(file, '[default]\nendpoint_url = http://file.example.com\nuse_fips_endpoint = true\n');
    const planted = {
      ...{ AWS_ENDPOINT_URL: 'http://env.example.com', AWS_ENDPOINT_URL_S3: 'http://env.example.com' },
      ...{ AWS_ACCESS_KEY_ID: 'env', AWS_SECRET_ACCESS_KEY: 'env', AWS_SESSION_TOKEN: 'env' },
      ...{ AWS_REGION: 'env-1', AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true' },
      ...{ AWS_MAX_ATTEMPTS: '5', AWS_EXECUTION_ENV: 'env', AWS_SDK_UA_APP_ID: 'env' },
      ...{ AWS_REQUEST_CHECKSUM_CALCULATION: 'when_supported', AWS_DEFAULTS_MODE: 'auto' },
      ...{ AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: file },
    };
    for (const [name, value] of Object.entries(planted)) vi.stubEnv(name, value);
    await put({ endpoint: undefined, region: 'eu-central-1' }, networkThat(new Error('far enough')));
    expect(connections.map(({ host }) => host)).toEqual(['s3.eu-central-1.amazonaws.com']);
    answer = { status: 500, body: xml('InternalError') };
    await put();
    expect(requests).toHaveLength(1);
    const sent = JSON.stringify(requests);
    expect(sent).toContain('Credential=key/');
    expect(sent).not.toMatch(/env|x-amz-checksum|x-amz-security-token/);
    await rm(folder, { recursive: true });
  });

  it('signs the bytes, and sends an MD5 instead of checksums that not all services know', async () => {
    answer = { status: 200 };
    await put({ sessionToken: 'temporary' });
    const [{ headers } = { headers: {} }] = requests;
    expect(headers).toMatchObject({
      'content-md5': expect.stringMatching(/^[\w+/]{22}==$/) as unknown,
      'content-type': 'application/gzip',
      'x-amz-content-sha256': expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      'x-amz-security-token': 'temporary',
    });
    expect(Object.keys(headers).filter((name) => /checksum|expect|trailer/.test(name))).toEqual([]);
  });

  it('requests the storage class and the encryption of the settings', async () => {
    answer = { status: 200 };
    await put({ storageClass: 'GLACIER_IR', encryption: 'aws:kms', kmsKeyId: 'key-1' });
    await put({ encryption: 'AES256', kmsKeyId: 'key-1' });
    const own = requests.map(({ headers }) =>
      Object.entries(headers).filter(([name]) => /storage-class|encryption/.test(name)),
    );
    expect(own.map((entries) => Object.fromEntries(entries))).toEqual([
      {
        'x-amz-storage-class': 'GLACIER_IR',
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': 'key-1',
      },
      { 'x-amz-server-side-encryption': 'AES256' },
    ]);
  });

  it('uploads nothing after its signal, and aborts the upload in flight', async () => {
    const stop = AbortSignal.abort(new Error('stopped'));
    await expect(put({}, networkThat(), stop)).rejects.toThrow('stopped');
    expect(connections).toEqual([]);
    answer = { status: 0 };
    const sockets: Socket[] = [];
    const network = networkThat();
    const kept = (socket: Socket): Socket => sockets[sockets.push(socket) - 1]!;
    const later = new AbortController();
    const hanging = put({}, { ...network, connect: (to) => kept(network.connect(to)) }, later.signal);
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    later.abort(new Error('over'));
    await expect(hanging).rejects.toThrow('over');
    expect(sockets[0]!.destroyed).toBe(true);
  });
});
