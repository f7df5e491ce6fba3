import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Outage } from './outage.js';

const EVENTS = { lost: 'store.away', back: 'store.back' };
const away = new Error('away');
const logger = { warn: vi.fn(), log: vi.fn() };

beforeEach(() => vi.clearAllMocks());

describe('Outage', () => {
  it('logs its start once, with the reason of the first failure', () => {
    const outage = new Outage(logger, EVENTS);
    outage.failed(away, { destination: 'dst_1' });
    outage.failed(new Error('still away'));
    expect(logger.warn.mock.calls).toEqual([
      [{ event: 'store.away', reason: 'Error: away', destination: 'dst_1' }],
    ]);
    expect(logger.log).not.toHaveBeenCalled();
  });

  it('logs its end once, with its length', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValueOnce(1_000).mockReturnValueOnce(3_500.4);
    const outage = new Outage(logger, EVENTS);
    outage.failed(away);
    outage.recovered({ rows: 7 });
    outage.recovered();
    now.mockRestore();
    expect(logger.log.mock.calls).toEqual([[{ event: 'store.back', forMs: 2_500, rows: 7 }]]);
  });

  it('logs the next outage anew', () => {
    const outage = new Outage(logger, EVENTS);
    outage.failed(away);
    outage.recovered();
    outage.failed(away);
    expect(logger.warn).toHaveBeenCalledTimes(2);
  });

  it('logs nothing while all is well', () => {
    new Outage(logger, EVENTS).recovered();
    expect(logger.log).not.toHaveBeenCalled();
  });

  it('ends without a log line when it has no event for that', () => {
    const outage = new Outage(logger, { lost: 'store.away' });
    outage.failed(away);
    outage.recovered();
    expect(outage.isLasting).toBe(false);
    expect(logger.log).not.toHaveBeenCalled();
  });

  it('says whether it is lasting', () => {
    const outage = new Outage(logger, EVENTS);
    expect(outage.isLasting).toBe(false);
    outage.failed(away);
    expect(outage.isLasting).toBe(true);
    outage.recovered();
    expect(outage.isLasting).toBe(false);
  });
});
