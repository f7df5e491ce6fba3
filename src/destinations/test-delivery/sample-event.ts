import { randomUUID } from 'node:crypto';
import { type CanonicalEvent } from '../../events/event.js';

/** A track event as the event log would hold it, for test deliveries; `overrides` replaces whole fields. */
export function sampleEvent(overrides: Partial<CanonicalEvent> = {}, now = new Date()): CanonicalEvent {
  const at = now.toISOString();
  return {
    type: 'track',
    event: 'Test Event',
    messageId: `test-${randomUUID()}`,
    userId: 'test-user',
    properties: { test: true, total: 12.5, currency: 'EUR' },
    context: { library: { name: 'tributary', version: '1' } },
    integrations: {},
    originalTimestamp: at,
    sentAt: at,
    receivedAt: at,
    timestamp: at,
    projectId: 'src_test',
    version: 2,
    ...overrides,
  };
}
