import { describe, expect, it } from 'vitest';
import { type JsonObject } from '../../events/event.js';
import { type Handler } from '../contract/handler.js';
import { kafka } from '../handlers/kafka/kafka.handler.js';
import { postgres } from '../handlers/postgres/postgres.handler.js';
import { redisStream } from '../handlers/redis-stream/redis-stream.handler.js';
import { segment } from '../handlers/segment/segment.handler.js';
import { webhook } from '../handlers/webhook/webhook.handler.js';
import { ungivenSecrets } from './ungiven-secrets.js';

const HOOK = { url: 'https://example.com/in', secret: 'whsec_x', headers: { 'x-key': 'k' } };
const DATABASE = { host: 'db.example.com', database: 'a', user: 'u', password: 'p' };
const CLUSTER = { brokers: ['a:9093', 'b:9093'], topic: 't', saslMechanism: 'plain', password: 'p' };
const STREAM = { url: 'rediss://redis.example.com:6380/0', password: 'p' };

const of = (handler: unknown, stored: JsonObject, given: JsonObject) =>
  ungivenSecrets(handler as Handler, stored, given);

describe('ungivenSecrets', () => {
  it.each([
    ['another host', { url: 'https://example.org/in' }],
    ['a host below it', { url: 'https://example.com.example.org/in' }],
    ['another port', { url: 'https://example.com:8443/in' }],
    ['another scheme', { url: 'http://example.com/in' }],
    ['another host among other changes', { url: 'https://example.org/in', batch: true }],
  ])('names the stored secrets that are not given with %s', (_, given) => {
    expect(of(webhook, HOOK, given)).toEqual(['secret', 'headers']);
  });

  it.each([
    ['nothing', {}],
    ['another path', { url: 'https://example.com/other?x=1' }],
    ['another spelling', { url: 'HTTPS://EXAMPLE.com:443/in' }],
    ['other settings', { batch: true, maxItems: 5 }],
    ['an address with all of them', { url: 'https://example.org/', secret: 'whsec_x', headers: {} }],
    ['an address without any of them', { url: 'https://example.org/', secret: null, headers: null }],
  ])('names nothing when a change gives %s', (_, given) => {
    expect(of(webhook, HOOK, given)).toEqual([]);
  });

  it('names only secrets that are stored and not given', () => {
    const url = 'https://example.org/';
    expect(of(webhook, HOOK, { url, secret: 'whsec_y' })).toEqual(['headers']);
    expect(of(webhook, { url: HOOK.url, headers: { a: 'b' } }, { url, secret: 'whsec_y' })).toEqual([
      'headers',
    ]);
    expect(of(webhook, { url: HOOK.url }, { url })).toEqual([]);
    expect(of(webhook, { ...HOOK, headers: null }, { url })).toEqual(['secret']);
  });

  it.each([
    [{ host: 'other.example.com' }, ['password']],
    [{ port: 6432 }, ['password']],
    [{ tls: 'disable' }, ['password']],
    [{ port: 5432 }, []],
    [{ host: 'DB.example.com', tls: 'verify-full', schema: 's' }, []],
  ])('compares host, port and encryption that are separate settings: %j', (given, names) => {
    expect(of(postgres, DATABASE, given)).toEqual(names);
  });

  it.each([
    [['a:9093', 'c:9093'], ['password']],
    [['a:9094', 'b:9093'], ['password']],
    [['b:9093', 'a:9093'], []],
    [['b:9093'], []],
  ])('compares each address of a list: %j', (brokers, names) => {
    expect(of(kafka, CLUSTER, { brokers })).toEqual(names);
  });

  it.each([
    ['rediss://redis.example.com:6380/1', []],
    ['rediss://REDIS.example.com:6380', []],
    ['rediss://redis.example.com:6381/0', ['password']],
    ['redis://redis.example.com:6380/0', ['password']],
  ])('compares addresses of other protocols than HTTP: %s', (url, names) => {
    expect(of(redisStream, STREAM, { url })).toEqual(names);
  });

  it('compares with a default address', () => {
    const writeKey = 'key';
    expect(of(segment, { writeKey }, { endpoint: 'https://api.segment.io' })).toEqual([]);
    expect(of(segment, { writeKey }, { endpoint: 'https://example.org' })).toEqual(['writeKey']);
    expect(of(segment, { writeKey, endpoint: 'https://example.org' }, { endpoint: null })).toEqual([
      'writeKey',
    ]);
  });
});
