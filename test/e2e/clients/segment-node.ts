import { Analytics } from '@segment/analytics-node';
import { KINDS, serverCall } from './calls.js';
import { type Client, type Session } from './client.js';

const WITHIN_MS = 60_000;

export const segmentNode: Client = {
  name: '@segment/analytics-node',
  kinds: KINDS,
  without: {
    badSettings: 'a server asks for no settings',
    gzip: 'never compresses',
    leaving: 'a server has no page',
  },
  obeysRetryAfter: true,
  complains: true,
  sendsOnLeaving: true,
  open: ({ host, writeKey }) => {
    const complaints: string[] = [];
    const analytics = new Analytics({ writeKey, host, flushAt: 3, flushInterval: 50 });
    analytics.on('error', ({ code, reason }) => complaints.push(`${code}: ${String(reason)}`));
    const finish = () => analytics.closeAndFlush({ timeout: WITHIN_MS });
    const session: Session = {
      send: (calls) => {
        for (const { method, message } of calls.map(serverCall)) analytics[method](message as never);
        return Promise.resolve();
      },
      complaints: () => complaints,
      finish,
      leave: finish,
      comeBack: () => Promise.resolve(),
      close: () => analytics.closeAndFlush({ timeout: 1_000 }),
    };
    return Promise.resolve(session);
  },
};
