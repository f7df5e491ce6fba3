import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { persist } from './persist.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'error', 'warn']));

describe('persist', () => {
  it('tries until it succeeds', async () => {
    let tries = 0;
    const run = () => (++tries < 3 ? Promise.reject(new Error('away')) : Promise.resolve('kept'));
    expect(await persist('test', 'dst_1', new AbortController().signal, run)).toBe('kept');
  });

  it('tries once even after a stop, and gives up with the error then', async () => {
    let tries = 0;
    const run = () => {
      tries += 1;
      return Promise.reject(new Error('away'));
    };
    await expect(persist('test', 'dst_1', AbortSignal.abort(), run)).rejects.toThrow('away');
    expect(tries).toBe(1);
  });

  it('gives up waiting when the stop comes', async () => {
    const stop = new AbortController();
    const run = () => {
      setImmediate(() => stop.abort());
      return Promise.reject(new Error('away'));
    };
    await expect(persist('test', 'dst_1', stop.signal, run)).rejects.toThrow('away');
  });
});
