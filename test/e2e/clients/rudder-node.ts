import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { KINDS, serverCall } from './calls.js';
import { type Client, type Session } from './client.js';

/** It gives up after three tries in 1.4 s by default, which is shorter than any outage. */
const RETRIES = 12;

export const rudderNode: Client = {
  name: '@rudderstack/rudder-sdk-node',
  kinds: KINDS,
  without: { badSettings: 'a server asks for no settings', leaving: 'a server has no page' },
  obeysRetryAfter: true,
  complains: true,
  sendsOnLeaving: true,
  open: ({ host, writeKey }) => {
    const complaints: string[] = [];
    const analytics = new RudderAnalytics(writeKey, {
      dataPlaneUrl: host,
      flushAt: 3,
      flushInterval: 50,
      retryCount: RETRIES,
      logLevel: 'none',
      errorHandler: (error: Error) => complaints.push(error.message),
    });
    const { queue } = analytics as unknown as { queue: unknown[] };
    const finish = async () => {
      while (queue.length > 0) await analytics.flush();
      await analytics.flush();
    };
    const session: Session = {
      send: (calls) => {
        for (const { method, message } of calls.map(serverCall)) analytics[method](message as never);
        return Promise.resolve();
      },
      complaints: () => complaints,
      finish,
      leave: finish,
      comeBack: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    return Promise.resolve(session);
  },
};
