import { describe, expect, it } from 'vitest';
import { GatheredKeys } from './gathered-keys.js';

const keys = (...names: string[]) => names.map((name) => Buffer.from(name));

/** Answers each request with the first characters of its keys, when the test lets it. */
class SlowStore {
  readonly requests: { readonly keys: readonly string[]; end(error?: Error): void }[] = [];

  readonly send = (sent: readonly Buffer[]) =>
    new Promise<string>((resolve, reject) => {
      const names = sent.map(String);
      const end = (error?: Error) => (error ? reject(error) : resolve(names.map((name) => name[0]).join('')));
      this.requests.push({ keys: names, end });
    });
}

describe('GatheredKeys', () => {
  it('sends the first call at once, and those that arrive meanwhile together; each gets its own answers', async () => {
    const store = new SlowStore();
    const gathered = new GatheredKeys(store.send);
    const answers = [keys('a1'), keys('b1', 'c1'), keys('d1')].map((call) => gathered.ask(call));
    expect(store.requests.map((request) => request.keys)).toEqual([['a1']]);
    store.requests[0]!.end();
    expect(await answers[0]).toBe('a');
    expect(store.requests[1]!.keys).toEqual(['b1', 'c1', 'd1']);
    store.requests[1]!.end();
    expect(await Promise.all(answers)).toEqual(['a', 'bc', 'd']);
  });

  it('rejects the calls of a failed request only', async () => {
    const store = new SlowStore();
    const gathered = new GatheredKeys(store.send);
    const [first, second] = [gathered.ask(keys('a')), gathered.ask(keys('b'))];
    store.requests[0]!.end(new Error('away'));
    await expect(first).rejects.toThrow('away');
    store.requests[1]!.end();
    expect(await second).toBe('b');
  });

  it('limits the keys of a request, and sends a larger call by itself', async () => {
    const store = new SlowStore();
    const gathered = new GatheredKeys(store.send);
    const many = (count: number) => Array.from({ length: count }, () => Buffer.from('x'));
    const calls = [many(1), many(5_000), many(2_000), many(2_000), many(1)].map((call) => gathered.ask(call));
    for (let request = 0; request < 4; request += 1) {
      store.requests[request]!.end();
      await calls[request];
    }
    expect(store.requests.map((request) => request.keys.length)).toEqual([1, 5_000, 4_000, 1]);
    expect((await Promise.all(calls)).map(({ length }) => length)).toEqual([1, 5_000, 2_000, 2_000, 1]);
  });
});
