import { describe, expect, it } from 'vitest';
import { aCall, RECEIVED_AT } from '../../../test/support/a-call.js';
import { anEvent } from '../../../test/support/events.js';
import { deadLetterRecord } from './dead-letter-record.js';
import { eventRecord } from './event-record.js';
import { eventHeaders, SCHEMA_VERSION } from './headers.js';
import { rejectedRecord } from './rejected-record.js';

const source = { id: 'src_1', workspaceId: 'wsp_1' };
const event = anEvent({ userId: 'u-1', projectId: 'src_1' });
const headers = {
  ...{ 'tributary-schema': SCHEMA_VERSION, workspace: 'wsp_1', source: 'src_1' },
  ...{ type: event.type, messageId: event.messageId, receivedAt: event.receivedAt },
};

/** The values, keys and headers are a public contract (DESIGN 5.3): each expectation here is one that downstream has. */
describe('the topic contract', () => {
  it('has one schema version', () => {
    expect(SCHEMA_VERSION).toBe('1.0');
  });

  it('keys an event by workspace, source and user, and adds the trace where there is one', () => {
    const record = eventRecord('events', event, { source });
    expect(record).toEqual({
      topic: 'events',
      key: 'wsp_1:src_1:u-1',
      value: JSON.stringify(event),
      headers,
    });
    const traced = eventRecord('events', event, { source, traceparent: 't' });
    expect(traced.headers).toEqual({ ...headers, traceparent: 't' });
  });

  it('keys an event without a user id by its anonymous id', () => {
    const { userId: _, ...anonymous } = anEvent({ anonymousId: 'a-1' });
    expect(eventRecord('events', anonymous, { source }).key).toBe('wsp_1:src_1:a-1');
  });

  it('marks a replayed event', () => {
    expect(eventHeaders(event, 'wsp_1', { replay: 'rpl_1' })).toEqual({ ...headers, replay: 'rpl_1' });
  });

  it('keeps a rejected message with its reason, up to a limit', () => {
    const { received } = aCall({});
    const call = { source, receivedAt: received.at };
    const rejection = { code: 'invalid_type' as const, pointer: '/type', index: 2 };
    const short = rejectedRecord('rejected', { ...rejection, original: '{}' }, call);
    expect(short).toMatchObject({ topic: 'rejected', key: 'src_1' });
    expect(JSON.parse(short.value)).toEqual({
      ...rejection,
      receivedAt: RECEIVED_AT,
      original: '{}',
      cut: false,
    });
    expect(short.headers).toEqual({
      ...{ 'tributary-schema': SCHEMA_VERSION, workspace: 'wsp_1', source: 'src_1' },
      ...{ code: 'invalid_type', receivedAt: RECEIVED_AT },
    });
    const long = rejectedRecord('rejected', { ...rejection, original: 'x'.repeat(65_537) }, call);
    expect(JSON.parse(long.value)).toMatchObject({ original: 'x'.repeat(65_536), cut: true });
  });

  it('keeps a dead letter with its own text, headers and last failure', () => {
    const record = deadLetterRecord('dead', {
      ...{ event, json: '{"big": 18446744073709551615}', headers: { traceparent: 't', replay: 'rpl_1' } },
      ...{
        destination: { id: 'dst_1', workspaceId: 'wsp_1' },
        reason: 'status',
        attempts: 3,
        deadAt: RECEIVED_AT,
      },
    });
    expect(record).toMatchObject({ topic: 'dead', key: 'dst_1' });
    expect(record.value).toBe(
      '{"event":{"big": 18446744073709551615},"destination":"dst_1","reason":"status","attempts":3,' +
        `"lastStatus":null,"deadAt":"${RECEIVED_AT}"}`,
    );
    const own = { traceparent: 't', replay: 'rpl_1', destination: 'dst_1' };
    expect(record.headers).toEqual({ ...headers, ...own });
  });
});
