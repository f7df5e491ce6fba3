import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { untilRecorded } from './recording.js';

const warn = vi.spyOn(Logger.prototype, 'warn');
beforeEach(() => void warn.mockReturnValue());
afterEach(() => void warn.mockReset());

const away = () => Promise.reject(new Error('away'));

describe('untilRecorded', () => {
  it('repeats a write until it succeeds, and logs the first failure only, with its reason', async () => {
    const write = vi.fn<() => Promise<string>>(away);
    write.mockImplementationOnce(away).mockImplementationOnce(away).mockResolvedValueOnce('kept');
    expect(await untilRecorded('test', 'dst_1', new AbortController().signal, write)).toBe('kept');
    const line = { event: 'delivery.recording_waits', destination: 'dst_1', what: 'test' };
    expect(warn.mock.calls).toEqual([[{ ...line, reason: 'Error: away' }]]);
  });

  it('writes once even after an abort, and then rejects with the error', async () => {
    const write = vi.fn(away);
    await expect(untilRecorded('test', 'dst_1', AbortSignal.abort(), write)).rejects.toThrow('away');
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('ends its wait when the signal aborts', async () => {
    const stop = new AbortController();
    const write = () => {
      setImmediate(() => stop.abort());
      return away();
    };
    await expect(untilRecorded('test', 'dst_1', stop.signal, write)).rejects.toThrow('away');
  });
});
