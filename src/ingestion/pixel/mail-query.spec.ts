import { describe, expect, it } from 'vitest';
import { decodedByMail } from './mail-query.js';

const read = (query: string) => Object.fromEntries(new URLSearchParams(decodedByMail(query)));
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('an escaped ampersand', () => {
  it.each([
    ['writeKey=K&amp;userId=u&amp;event=e', { writeKey: 'K', userId: 'u', event: 'e' }],
    ['writeKey=K&amp;amp;userId=u', { writeKey: 'K', userId: 'u' }],
    ['writeKey=K&AMP;userId=u', { writeKey: 'K', userId: 'u' }],
    ['writeKey=K&#38;userId=u', { writeKey: 'K', userId: 'u' }],
    ['writeKey=K&#038;userId=u', { writeKey: 'K', userId: 'u' }],
    ['writeKey=K&#x26;userId=u', { writeKey: 'K', userId: 'u' }],
    ['writeKey=K&amp%3BuserId=u', { writeKey: 'K', userId: 'u' }],
    ['writeKey=K&amp;userId=u#fragment', { writeKey: 'K', userId: 'u' }],
    ['&amp;writeKey=K&amp;', { writeKey: 'K' }],
    // Data, since it is encoded, or no entity.
    ['event=R%26amp%3BD', { event: 'R&amp;D' }],
    ['amp=1&amp=2&ampere=3', { amp: '2', ampere: '3' }],
    ['event=e#38;x=y', { event: 'e' }],
    ['context.userAgent=Mozilla (a;b)&x=y', { 'context.userAgent': 'Mozilla (a;b)', x: 'y' }],
  ])('%s', (query, parameters) => expect(read(query)).toEqual(parameters));
});

describe('quoted-printable', () => {
  const opened = { writeKey: 'K', userId: 'u', event: 'Email Opened' };
  it.each([
    ['writeKey=3DK&userId=3Du&event=3DEmail=20Opened', opened],
    ['writeKey=3DK&amp;userId=3Du&amp;event=3DEmail%20Opened', opened],
    ['writeKey=K&userId=3Du&event=3DEmail+Opened', opened],
    ['writeKey=3DK&user=Id=3Du&event=3DEmail=20Ope=ned', opened],
    ['writeKey=3DK&userId=3Du&event=3DEmail=20Ope=%0D%0Aned', opened],
    ['writeKey=3DK&userId=3Du&event=3DEmail=20Ope=\r\nned', opened],
    ['userId=3Du&event=3D=C3=9Cber', { userId: 'u', event: 'Über' }],
    ['userId=3Du&event=3Da=3Db', { userId: 'u', event: 'a=b' }],
    ['userId=3D&event=3De', { userId: '', event: 'e' }],
  ])('%s', (query, parameters) => expect(read(query)).toEqual(parameters));

  it.each([
    `data=3D${base64('{"writeKey":"K"}')}`,
    `data=3D${base64('{"writeKey":"K"}').replaceAll('=', '=3D')}`,
    `data=3D${base64(' {"writeKey":"K"}').slice(0, 9)}=${base64(' {"writeKey":"K"}').slice(9)}`,
    `writeKey=K&data=3D${base64('{"writeKey":"K"}')}`,
  ])('%s', (query) => {
    const data = read(query)['data'] ?? '';
    expect(JSON.parse(Buffer.from(data, 'base64').toString())).toEqual({ writeKey: 'K' });
  });

  it.each([
    ['userId=u&event=3D Model Viewed', { userId: 'u', event: '3D Model Viewed' }],
    ['event=3D+Model', { event: '3D Model' }],
    ['writeKey=K&event=3D+Model', { writeKey: 'K', event: '3D Model' }],
    ['userId=u&event=a%3D3Db', { userId: 'u', event: 'a=3Db' }],
    [
      'userId=u&properties.url=https://x.example/?a=3D&event=e',
      { userId: 'u', 'properties.url': 'https://x.example/?a=3D', event: 'e' },
    ],
    ['data=3Dxx', { data: '3Dxx' }],
    ['userId=dQ==&event=e', { userId: 'dQ==', event: 'e' }],
  ])('is not %s', (query, parameters) => expect(read(query)).toEqual(parameters));
});

it('takes time in proportion to the query', () => {
  const started = performance.now();
  for (const part of ['&amp;', '=3D', '&a=3D', '=%0D', '&#0', 'amp;', '=\r'])
    decodedByMail(part.repeat(100_000));
  expect(performance.now() - started).toBeLessThan(2_000);
});
