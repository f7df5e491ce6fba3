import { type ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { CallError } from '../events/call-error.js';
import { type KeyedRequest } from './keyed-request.js';
import { WriteKeyGuard } from './write-key.guard.js';
import { type WriteKeySnapshot } from './write-key-snapshot.js';

const source = { id: 'src_1', workspaceId: 'wsp_1' };
const known: Record<string, typeof source | 'disabled'> = { good: source, off: 'disabled' };
const guard = new WriteKeyGuard({ resolve: (key: string) => known[key] } as unknown as WriteKeySnapshot);

interface Given {
  readonly authorization?: string;
  readonly body?: unknown;
  readonly fault?: CallError;
  readonly path?: string;
  readonly query?: object;
}

function pass({ authorization, path = '/v1/track', query = {}, ...received }: Given) {
  const request = { headers: { authorization }, path, query, received } as unknown as KeyedRequest;
  const context = { switchToHttp: () => ({ getRequest: () => request }) } as ExecutionContext;
  guard.canActivate(context);
  return request.source;
}

describe('WriteKeyGuard', () => {
  const fault = new CallError('invalid_json', 'not JSON');

  it('puts the source on the request', () => {
    expect(pass({ body: { writeKey: 'good' } })).toBe(source);
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
    expect(pass({ path: '/beacon/v1/batch', query: { writeKey: 'good' } })).toBe(source);
    expect(pass({ path: '/beacon/v1/batch', query: { writeKey: ['good', 'bad'] } })).toBe(source);
    expect(() => pass({ query: { writeKey: 'good' } })).toThrow(CallError);
  });
});
