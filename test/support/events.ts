import { type CanonicalEvent } from '../../src/events/event.js';

let made = 0;

/** A valid event with a message id of its own. */
export function anEvent(overrides: Partial<CanonicalEvent> = {}): CanonicalEvent {
  made += 1;
  const at = '2026-11-21T12:00:00.000Z';
  return {
    type: 'track',
    event: 'Order Completed',
    messageId: `message-${made}`,
    userId: 'u1',
    properties: { total: 12.5 },
    context: {},
    integrations: {},
    originalTimestamp: at,
    sentAt: at,
    receivedAt: at,
    timestamp: at,
    projectId: 'src_1',
    version: 2,
    ...overrides,
  };
}
