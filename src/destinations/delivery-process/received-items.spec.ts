import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../test/support/events.js';
import { type CanonicalEvent } from '../../events/event.js';
import { eventFieldsOf, type RemoteCall } from '../bulkhead/messages.js';
import { receivedItems } from './received-items.js';

const callOf = (events: CanonicalEvent[], json: string[], replays: (string | undefined)[]): RemoteCall => ({
  ...{
    scope: 1,
    type: 'test',
    destinationId: 'dst_1',
    workspaceId: 'wsp_1',
    settings: {},
    settingsVersion: 1,
  },
  ...{ json, fields: eventFieldsOf(events), attempts: events.map((_, index) => index + 1), replays },
});
const itemOf = (event: CanonicalEvent, json = JSON.stringify(event)) =>
  receivedItems(callOf([event], [json], [undefined]))[0]!;

describe('an item in a delivery process', () => {
  it('has the text, the attempt and the replay of its event', () => {
    const events = [anEvent(), anEvent()];
    const items = receivedItems(callOf(events, ['{"a":1}', '{"a":2}'], ['rpl_1', undefined]));
    expect(items.map(({ json, attempt, replay }) => ({ json, attempt, replay }))).toEqual([
      { json: '{"a":1}', attempt: 1, replay: 'rpl_1' },
      { json: '{"a":2}', attempt: 2, replay: undefined },
    ]);
    expect('replay' in items[1]!).toBe(false);
  });

  it('has an event that is like the one in the main process', () => {
    const event = anEvent({ type: 'track', event: 'Paid', properties: { total: 5 }, custom: ['x'] });
    const { event: received } = itemOf(event);
    expect({ ...received }).toEqual(event);
    expect(JSON.stringify(received)).toBe(JSON.stringify(event));
    expect(Object.keys(received)).toEqual(Object.keys(event));
    expect([received.properties, received['custom'], received['absent']]).toEqual([
      { total: 5 },
      ['x'],
      undefined,
    ]);
    expect(['custom' in received, 'absent' in received]).toEqual([true, false]);
  });

  it('has the fields for keys and headers without parsing the text', () => {
    const event = anEvent({ userId: 'u1' });
    const { event: received } = itemOf(event, 'no JSON');
    const { type, messageId, projectId, receivedAt, userId, anonymousId } = received;
    expect({ type, messageId, projectId, receivedAt, userId }).toEqual({
      ...{ type: event.type, messageId: event.messageId, projectId: event.projectId },
      ...{ receivedAt: event.receivedAt, userId: 'u1' },
    });
    expect([anonymousId, received.event]).toEqual([event.anonymousId, event.event]);
    expect(() => received.properties).toThrow(SyntaxError);
  });
});
