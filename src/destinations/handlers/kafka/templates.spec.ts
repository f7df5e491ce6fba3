import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { type CanonicalEvent } from '../../../events/event.js';
import { KEY_TEMPLATE, recordKeyOf, TOPIC_TEMPLATE, topicOf } from './templates.js';

const LEGAL = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;
const without = (field: string, given: Partial<CanonicalEvent>): CanonicalEvent => {
  const event = anEvent(given);
  Reflect.deleteProperty(event, field);
  return event;
};
const order = anEvent({ event: 'Order Completed', projectId: 'src_1' });

describe('topicOf', () => {
  it.each([
    ['events', 'events'],
    ['events.{type}', 'events.track'],
    ['{workspace}.{source}.{event}', 'wsp_1.src_1.Order_Completed'],
    ['{type}-{type}', 'track-track'],
  ])('fills %s in as %s', (template, topic) => {
    expect(topicOf(template, order, 'wsp_1')).toBe(topic);
  });

  it('uses the type where an event has no name', () => {
    expect(topicOf('{event}', without('event', { type: 'page', name: 'Home' }), 'w')).toBe('page');
  });

  it.each(['Größe', 'a/b\\c', '../..', '.', '..', '{type}', ' ', '\u0000', 'ü'.repeat(500), 'x'.repeat(500)])(
    'is a valid name for the event %j',
    (event) => {
      expect(topicOf('{event}', anEvent({ event }), 'w')).toMatch(LEGAL);
      expect(topicOf('{event}'.repeat(5), anEvent({ event }), 'w')).toMatch(LEGAL);
    },
  );

  it('is never the name of a folder', () => {
    expect([topicOf('.', order, 'w'), topicOf('..', order, 'w')]).toEqual(['_', '__']);
  });
});

describe('recordKeyOf', () => {
  it.each([
    [anEvent({ userId: 'u', anonymousId: 'a' }), 'u'],
    [without('userId', { anonymousId: 'a' }), 'a'],
    [without('userId', { messageId: 'm-1' }), 'm-1'],
  ])('uses the user id, else the anonymous id, else the message id', (event, key) => {
    expect(recordKeyOf('{userId}', event, 'w')).toBe(key);
  });

  it('keeps the values of an event unchanged', () => {
    expect(recordKeyOf('{source}:{userId}', anEvent({ userId: '{messageId} ü' }), 'w')).toBe(
      'src_1:{messageId} ü',
    );
  });
});

describe('templates', () => {
  it.each(['', 'a b', 'a/b', '{userId}', '{type', 'type}', '{}', 'x'.repeat(201)])(
    'refuse the topic %j',
    (template) => {
      expect(template).not.toMatch(TOPIC_TEMPLATE);
    },
  );

  it.each(['', '{event}', '{', '}', '{userId', 'x'.repeat(201)])('refuse the key %j', (template) => {
    expect(template).not.toMatch(KEY_TEMPLATE);
  });
});
