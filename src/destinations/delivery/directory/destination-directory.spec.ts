import { describe, expect, it } from 'vitest';
import { type ChangeWatch } from '../../../database/change-watch.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { DestinationDirectory } from './destination-directory.js';
import { type DestinationReader } from './destination-reader.js';

const destination = (version: number, state = 'active') =>
  ({ id: 'dst_1', version, state }) as PreparedDestination;

/** A directory that reads the rows of the test, at the moment of the test's choice. */
async function aDirectory(first: PreparedDestination) {
  let reload = (): Promise<void> => Promise.resolve();
  let give: (found: PreparedDestination[]) => void = () => undefined;
  const watch = {
    watch: (load: () => Promise<void>) => {
      reload = load;
      return Promise.resolve();
    },
  } as unknown as ChangeWatch;
  const reader = {
    read: () => new Promise((resolve) => (give = resolve)),
  } as unknown as DestinationReader;
  const rows = [{ id: 'dst_1', createdAt: new Date(0) }];
  const directory = new DestinationDirectory({ query: () => Promise.resolve(rows) } as never, watch, reader);
  await directory.start();
  const load = async (found: PreparedDestination, meanwhile: () => void = () => undefined) => {
    const loading = reload();
    await Promise.resolve();
    meanwhile();
    give([found]);
    await loading;
    return directory.find('dst_1')?.state;
  };
  await load(first);
  return { directory, load };
}

describe('DestinationDirectory', () => {
  it('keeps a pause that was marked during a reload of older rows', async () => {
    const { directory, load } = await aDirectory(destination(1));
    const pause = () => directory.markPaused(destination(1));
    expect(await load(destination(1), pause)).toBe('paused');
    expect(directory.active('dst_1')).toBeUndefined();
    expect(await load(destination(1))).toBe('active');
  });

  it('drops the pause for a version that was changed meanwhile', async () => {
    const { directory, load } = await aDirectory(destination(1));
    expect(await load(destination(2), () => directory.markPaused(destination(1)))).toBe('active');
  });

  it('has no destination before the first load', async () => {
    const { directory, load } = await aDirectory(destination(1));
    let known = -1;
    await load(destination(2), () => (known = directory.find('dst_1')?.version ?? 0));
    expect([known, directory.find('dst_1')?.version, directory.existing().size]).toEqual([1, 2, 1]);
  });
});
