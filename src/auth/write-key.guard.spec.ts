import { type ExecutionContext } from '@nestjs/common';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeLimiter } from '../../test/support/fake-limiter.js';
import { knownKey } from '../../test/support/known-key.js';
import { CallError } from '../events/call-error.js';
import { type CallTransport } from '../events/call.js';
import { type KeyedRequest } from './keyed-request.js';
import { type KnownKey } from './keys/known-key.js';
import { type KeyUsage } from './usage/key-usage.js';
import { declareTransport } from './transport.js';
import { WriteKeyGuard } from './write-key.guard.js';
import { type WriteKeySnapshot } from './snapshot/write-key-snapshot.js';

const keys: Record<string, KnownKey> = {
  good: knownKey(),
  off: knownKey({ source: { enabled: false } }),
  revoked: knownKey({ revoked: true }),
  expired: knownKey({ expiresAt: 0 }),
  pages: knownKey({ policy: { scopes: ['browser', 'pixel'], allowedOrigins: ['https://a.example'] } }),
  office: knownKey({ policy: { allowedCidrs: ['10.0.0.0/8'] } }),
  limited: knownKey({ policy: { rateLimit: 10 }, source: { workspaceLimit: 20 } }),
  'limited by its workspace': knownKey({ source: { workspaceLimit: 20 } }),
};

let limiter: FakeLimiter;
let counted: string[];
let guard: WriteKeyGuard;
let answerHeaders: Record<string, string>;

beforeEach(() => {
  limiter = new FakeLimiter();
  counted = [];
  const snapshot = { find: (key: string) => keys[key] } as WriteKeySnapshot;
  const usage = { count: (id: string, outcome: string) => void counted.push(`${id} ${outcome}`) } as KeyUsage;
  guard = new WriteKeyGuard(snapshot, limiter, usage);
});

interface Given {
  readonly authorization?: string;
  readonly body?: unknown;
  readonly fault?: CallError;
  readonly transport?: CallTransport;
  readonly query?: object;
  readonly headers?: Record<string, string>;
  readonly ip?: string;
}

function judge({ authorization, transport = 'server', query = {}, headers, ip, ...received }: Given) {
  const controller = () => undefined;
  declareTransport(transport)(controller);
  const request = {
    headers: { authorization, ...headers },
    query,
    socket: { remoteAddress: ip },
    app: { get: () => undefined },
    received,
  } as unknown as KeyedRequest;
  answerHeaders = {};
  const response = { set: (fields: Record<string, string>) => Object.assign(answerHeaders, fields) };
  const http = { getRequest: () => request, getResponse: () => response };
  const context = { switchToHttp: () => http, getClass: () => controller } as unknown as ExecutionContext;
  return { request, verdict: guard.canActivate(context) };
}

const pass = (given: Given) => judge(given).request.sender?.source;
const bodyOf = (writeKey: string) => ({ body: { writeKey } });

describe('WriteKeyGuard', () => {
  const fault = new CallError('invalid_json', 'not JSON');
  const source = keys['good']?.source;

  it('puts the source on the request', () => {
    const { request, verdict } = judge({ body: { writeKey: 'good' } });
    expect([request.sender, verdict]).toEqual([{ source, writeKeyId: 'wkey_1', transport: 'server' }, true]);
  });

  it.each<[string, Given, CallError['code']]>([
    ['no key', { body: {} }, 'invalid_write_key'],
    ['an unknown key', { body: { writeKey: 'bad' } }, 'invalid_write_key'],
    ['a disabled source', { body: { writeKey: 'off' } }, 'source_disabled'],
    [
      'an unknown key in the header, whatever the body says',
      { authorization: 'Basic YmFkOg==', body: { writeKey: 'good' } },
      'invalid_write_key',
    ],
    ['a body that cannot be read and may have held the key', { fault }, 'invalid_json'],
    [
      'an unknown key beside a body that cannot be read',
      { fault, authorization: 'Basic YmFkOg==' },
      'invalid_write_key',
    ],
  ])('refuses %s', (_, given, code) => {
    expect(() => pass(given)).toThrow(expect.objectContaining({ code }));
  });

  it('leaves the fault of the body to others when the header has a good key', () => {
    expect(pass({ fault, authorization: 'Basic Z29vZDo=' })).toBe(source);
  });

  it('takes the key from the address of a beacon, the first when there are several', () => {
    expect(pass({ transport: 'beacon', query: { writeKey: 'good' } })).toBe(source);
    expect(pass({ transport: 'beacon', query: { writeKey: ['good', 'bad'] } })).toBe(source);
    expect(() => pass({ query: { writeKey: 'good' } })).toThrow(CallError);
  });
});

describe('a known key that is not good for a call', () => {
  it.each<[string, Given, CallError['code'], string]>([
    ['revoked', bodyOf('revoked'), 'invalid_write_key', 'revoked'],
    ['expired', bodyOf('expired'), 'invalid_write_key', 'expired'],
    ['of a disabled source', bodyOf('off'), 'source_disabled', 'source_disabled'],
    ['not for servers', bodyOf('pages'), 'scope_not_allowed', 'scope_not_allowed'],
    [
      'not for this page',
      { ...bodyOf('pages'), headers: { origin: 'https://b.example' } },
      'origin_not_allowed',
      'origin_not_allowed',
    ],
    [
      'not for the page of this pixel',
      { ...bodyOf('pages'), transport: 'pixel', headers: { referer: 'https://b.example/x' } },
      'origin_not_allowed',
      'origin_not_allowed',
    ],
    [
      'not for this address',
      { ...bodyOf('office'), ip: '192.0.2.1' },
      'address_not_allowed',
      'address_not_allowed',
    ],
  ])('%s: is refused, and counted on the key', (_, given, code, outcome) => {
    expect(() => judge(given)).toThrow(expect.objectContaining({ code }));
    expect(counted).toEqual([`wkey_1 ${outcome}`]);
  });

  it('is refused in the same words whether unknown, revoked or expired', () => {
    const wordsFor = (key: string) => {
      try {
        judge(bodyOf(key));
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error('not refused');
    };
    expect([wordsFor('revoked'), wordsFor('expired')]).toEqual([wordsFor('unknown'), wordsFor('unknown')]);
  });

  it.each<[string, Given]>([
    ['a page by its origin', { ...bodyOf('pages'), headers: { origin: 'https://a.example' } }],
    ['a pixel without a referrer', { ...bodyOf('pages'), transport: 'pixel' }],
    [
      'a pixel by its referrer',
      { ...bodyOf('pages'), transport: 'pixel', headers: { referer: 'https://a.example/x?y' } },
    ],
    [
      'a pixel of a mail app',
      { ...bodyOf('pages'), transport: 'pixel', headers: { referer: 'android-app://com.example.mail' } },
    ],
    ['an address inside', { ...bodyOf('office'), ip: '::ffff:10.1.2.3' }],
  ])('lets pass %s', (_, given) => {
    expect(judge(given).verdict).toBe(true);
    expect(counted).toEqual([]);
  });
});

describe('a key with limits', () => {
  it('asks for its own and its workspace’s', async () => {
    await judge(bodyOf('limited')).verdict;
    await judge(bodyOf('limited by its workspace')).verdict;
    const workspace = { name: 'workspace:ws_1', perSecond: 20 };
    expect(limiter.asked).toEqual([[{ name: 'key:wkey_1', perSecond: 10 }, workspace], [workspace]]);
  });

  it('tells a granted call what is left', async () => {
    limiter.remaining = 4;
    expect(await judge(bodyOf('limited')).verdict).toBe(true);
    expect(answerHeaders).toEqual({ 'RateLimit-Policy': '"key";q=10;w=1', RateLimit: '"key";r=4;t=1' });
    expect(counted).toEqual([]);
  });

  it('refuses a call past the limit, says how long to wait, and counts it', async () => {
    limiter.granted = false;
    limiter.resetSeconds = 2;
    await expect(judge(bodyOf('limited by its workspace')).verdict).rejects.toMatchObject({
      code: 'rate_limited',
      resetSeconds: 2,
    });
    expect(answerHeaders).toEqual({
      'RateLimit-Policy': '"workspace";q=20;w=1',
      RateLimit: '"workspace";r=0;t=2',
    });
    expect(counted).toEqual(['wkey_1 rate_limited']);
  });

  it('is judged before it is limited', () => {
    expect(() => judge(bodyOf('off'))).toThrow(CallError);
    expect(limiter.asked).toEqual([]);
  });

  it('alone waits: one without them is let pass at once', () => {
    expect(judge(bodyOf('good')).verdict).toBe(true);
    expect(limiter.asked).toEqual([]);
  });
});
