import { describe, expect, it } from 'vitest';
import { aCall, eventOf, faultOf } from '../../../test/support/a-call.js';
import { type EventType } from '../../events/event.js';
import { Limits } from '../draft/limits.js';
import { normalize } from '../normalize.js';

describe('where groups may come without a user', () => {
  const lenient = (body: object, type: EventType = 'group') =>
    normalize(aCall(body, { type }), new Limits(32_768, 2500, true));

  it('they do', () => {
    expect(lenient({ groupId: 'g' }).accepted).toMatchObject([{ groupId: 'g', traits: {} }]);
  });

  it.each<[EventType, object, string]>([
    ['group', { userId: 'u' }, 'group_id_required'],
    ['group', { groupId: 'g', userId: {} }, 'id_not_string'],
    ['group', { groupId: 'g', anonymousId: 'a'.repeat(1025) }, 'id_too_long'],
    ['group', { groupId: 'g', traits: 5 }, 'traits_not_object'],
    ['track', { event: 'e' }, 'no_user_anon_id'],
  ])('%s %j is still %s', (type, body, code) => {
    expect(lenient(body, type).rejected).toMatchObject([{ code }]);
  });
});

describe('required fields and their kinds', () => {
  it.each<[EventType, object, string, string]>([
    ['track', { event: 'e' }, 'no_user_anon_id', '/userId'],
    ['identify', {}, 'no_user_anon_id', '/userId'],
    ['page', { userId: '', anonymousId: ' ' }, 'no_user_anon_id', '/userId'],
    ['screen', { userId: '\u200B' }, 'no_user_anon_id', '/userId'],
    ['group', { groupId: 'g' }, 'no_user_anon_id', '/userId'],
    ['track', { event: 'e', userId: { id: 1 } }, 'id_not_string', '/userId'],
    ['track', { event: 'e', userId: true }, 'id_not_string', '/userId'],
    ['track', { event: 'e', userId: 'u', anonymousId: {} }, 'id_not_string', '/anonymousId'],
    ['track', { event: 'e', userId: ['u'] }, 'id_not_string', '/userId'],
    ['track', { event: 'e', userId: 'ä'.repeat(513) }, 'id_too_long', '/userId'],
    ['track', { event: 'e', anonymousId: 'a'.repeat(1025) }, 'id_too_long', '/anonymousId'],
    ['track', { userId: 'u' }, 'event_not_defined', '/event'],
    ['track', { userId: 'u', event: '' }, 'event_not_defined', '/event'],
    ['track', { userId: 'u', event: null }, 'event_not_defined', '/event'],
    ['track', { userId: 'u', event: 5 }, 'event_not_string', '/event'],
    ['track', { userId: 'u', event: 'e', properties: [] }, 'properties_not_object', '/properties'],
    ['page', { userId: 'u', properties: 'x' }, 'properties_not_object', '/properties'],
    ['identify', { userId: 'u', traits: 5 }, 'traits_not_object', '/traits'],
    ['group', { userId: 'u', groupId: 'g', traits: [1] }, 'traits_not_object', '/traits'],
    ['page', { userId: 'u', name: '' }, 'name_not_string', '/name'],
    ['screen', { userId: 'u', name: 7 }, 'name_not_string', '/name'],
    ['page', { userId: 'u', category: '' }, 'category_not_string', '/category'],
    ['page', { userId: 'u', category: {} }, 'category_not_string', '/category'],
    ['group', { userId: 'u' }, 'group_id_required', '/groupId'],
    ['group', { userId: 'u', groupId: ' ' }, 'group_id_required', '/groupId'],
    ['group', { userId: 'u', groupId: [] }, 'id_not_string', '/groupId'],
    ['alias', { userId: 'u' }, 'previous_id_required', '/previousId'],
    ['alias', { previousId: 'p' }, 'user_id_required', '/userId'],
    ['alias', { previousId: 'p', anonymousId: 'a' }, 'user_id_required', '/userId'],
    ['alias', { previousId: 'p', userId: false }, 'id_not_string', '/userId'],
    ['track', { userId: 'u', event: 'e', messageId: 'm'.repeat(101) }, 'message_id_too_long', '/messageId'],
  ])('%s %j: %s', (type, body, code, pointer) => {
    expect(faultOf(body, { type })).toEqual({ code, pointer });
  });

  it.each<[EventType, object]>([
    ['track', { userId: 'u', event: '   ' }],
    ['track', { userId: null, anonymousId: 'a', event: 'e' }],
    ['track', { userId: 'a'.repeat(1024), event: 'e' }],
    ['page', { userId: 'u', name: null, category: null }],
    ['alias', { previousId: 'p', userId: 'u' }],
    ['alias', { previousId: 'p', userId: 'u', anonymousId: null }],
    ['group', { groupId: 'g', anonymousId: 'a' }],
    ['identify', { userId: 'u', name: 5, properties: 5 }],
    ['track', { userId: 'u', event: 'e', messageId: 'm'.repeat(100) }],
  ])('%s %j is accepted', (type, body) => {
    expect(eventOf(body, { type })).toMatchObject({ type });
  });
});
