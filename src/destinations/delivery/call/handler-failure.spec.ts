import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { resultOf } from '../../contract/delivery-error.js';
import { type ItemResult } from '../../contract/delivery-item.js';
import { logFailure } from './handler-failure.js';

const destination = { id: 'dst_1', handler: { type: 'test' } };
const failed = resultOf(new TypeError('boom'));

afterEach(() => void vi.restoreAllMocks());

describe('what a handler throws', () => {
  it('is logged for operators once per call, with its text', () => {
    const error = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    logFailure(destination, [{ kind: 'ok' }, failed, failed]);
    expect(error.mock.calls).toEqual([
      [
        { event: 'handler.failed', destination: 'dst_1', type: 'test', reason: 'handler_error' },
        expect.stringContaining('TypeError: boom') as string,
      ],
    ]);
  });

  it.each<[string, ItemResult[]]>([
    ['is said by the receiver', [{ kind: 'retry', reason: 'http_503', status: 503 }]],
    ['is an end', [{ kind: 'ok' }, { kind: 'reject', reason: 'http_400' }]],
  ])('is not logged when it %s', (_, results) => {
    const error = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    logFailure(destination, results);
    expect(error).not.toHaveBeenCalled();
  });
});
