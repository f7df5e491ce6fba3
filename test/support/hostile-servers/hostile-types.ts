import { type Identity } from '../certificates.js';
import { type Behaviour } from './behaviour.js';
import { httpBehaviours, s3Behaviours } from './http-behaviours.js';
import { kafkaBehaviours } from './kafka-behaviours.js';
import { postgresBehaviours } from './postgres-behaviours.js';
import { redisBehaviours } from './redis-behaviours.js';
import { tlsBehaviours } from './tls-behaviours.js';

/** A type of destination, and how one reaches a hostile server. */
export interface HostileType {
  readonly type: string;
  readonly behaviours: readonly Behaviour[];
  /** Settings with the values of secret ones. */
  settings(port: number, tls?: { readonly ca: string }): object;
  /** Time within which an attempt ends, in ms: the time limit of the type, and the wait for a batch. */
  readonly limitMs: number;
  /** What the server sends before a TLS handshake can begin. */
  readonly beforeTls?: string;
}

const HOST = '127.0.0.1';

/** Every type with a protocol of its own, and two that speak HTTP. */
export function hostileTypes(identity: Identity, other: Identity): readonly HostileType[] {
  const overTls = tlsBehaviours(identity, other);
  return [
    {
      type: 'redis-stream',
      behaviours: [...redisBehaviours, ...overTls],
      settings: (port, tls) =>
        tls ? { url: `rediss://${HOST}:${port}`, caCertificate: tls.ca } : { url: `redis://${HOST}:${port}` },
      limitMs: 10_000,
    },
    {
      type: 'postgres',
      behaviours: [...postgresBehaviours, ...overTls],
      settings: (port, tls) => ({
        ...{ host: HOST, port, database: 'd', user: 'u', password: 'p' },
        ...(tls ? { tls: 'verify-full', caCertificate: tls.ca } : { tls: 'disable' }),
      }),
      limitMs: 10_000,
      beforeTls: 'S',
    },
    {
      type: 'kafka',
      behaviours: [...kafkaBehaviours, ...overTls],
      settings: (port, tls) => ({
        ...{ brokers: [`${HOST}:${port}`], topic: 't' },
        ...(tls ? { caCertificate: tls.ca } : { tls: false }),
      }),
      limitMs: 10_000,
    },
    {
      type: 's3',
      behaviours: [...s3Behaviours, ...overTls],
      settings: (port, tls) => ({
        ...{
          bucket: 'bucket',
          region: 'us-east-1',
          forcePathStyle: true,
          accessKeyId: 'id',
          secretAccessKey: 'secret',
          maxWaitSeconds: 1,
        },
        endpoint: `${tls ? 'https' : 'http'}://${HOST}:${port}`,
        ...(tls && { caCertificate: tls.ca }),
      }),
      limitMs: 31_000,
    },
    {
      type: 'clickhouse',
      behaviours: httpBehaviours,
      settings: (port) => ({ url: `http://${HOST}:${port}`, maxWaitSeconds: 1 }),
      limitMs: 31_000,
    },
    {
      type: 'webhook',
      behaviours: httpBehaviours,
      settings: (port) => ({ url: `http://${HOST}:${port}/`, timeoutSeconds: 5 }),
      limitMs: 5_000,
    },
  ];
}
