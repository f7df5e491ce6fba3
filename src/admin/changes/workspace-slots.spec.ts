import { describe, expect, it } from 'vitest';
import { WorkspaceSlots } from './workspace-slots.js';

const LIMITS = { what: 'dry runs', perWorkspace: 2, inAll: 3, retryAfterSeconds: 20 };
const BUSY = {
  code: 'too_many_requests',
  message: 'Other dry runs are in progress: wait for their answers',
  extras: { headers: { 'Retry-After': '20' } },
};

/** Work that lasts until it is ended. */
function lasting() {
  let end: () => void = () => undefined;
  const work = new Promise<void>((resolve) => (end = resolve));
  return { work: () => work, end };
}

describe('WorkspaceSlots', () => {
  it('refuse a third work of one workspace, and leave room for another workspace', async () => {
    const slots = new WorkspaceSlots(LIMITS);
    const { work, end } = lasting();
    const running = [slots.run('wsp_1', work), slots.run('wsp_1', work)];
    await expect(slots.run('wsp_1', work)).rejects.toMatchObject(BUSY);
    running.push(slots.run('wsp_2', work));
    await expect(slots.run('wsp_2', work)).rejects.toMatchObject(BUSY);
    end();
    await Promise.all(running);
    await slots.run('wsp_1', work);
  });

  it('are free again after work that failed', async () => {
    const slots = new WorkspaceSlots({ ...LIMITS, inAll: 1 });
    const failing = () => Promise.reject(new Error('no'));
    await expect(slots.run('wsp_1', failing)).rejects.toThrow('no');
    await expect(slots.run('wsp_1', failing)).rejects.toThrow('no');
  });
});
