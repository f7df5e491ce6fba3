import { describe, expect, it } from 'vitest';
import { fromDotted } from './dotted.js';
import { readValue } from './read-value.js';

const read = (query: string) => fromDotted(new URLSearchParams(query), readValue);

describe('fromDotted', () => {
  it.each([
    ['a=1&b.c=2&b.d=3', { a: '1', b: { c: '2', d: '3' } }],
    ['p.items.0.sku=x&p.items.1.sku=y', { p: { items: [{ sku: 'x' }, { sku: 'y' }] } }],
    ['p.items.2=z', { p: { items: [null, null, 'z'] } }],
    ['p.items.0.1=z', { p: { items: [[null, 'z']] } }],
    ['p.x=1&p.x=2', { p: { x: '1' } }],
    ['flag', { flag: '' }],
    ['p[foo]=1', { 'p[foo]': '1' }],
    ['p.a=%zz', { p: { a: '%zz' } }],
    ['context=x&context.locale=y', { context: { locale: 'y' } }],
    ['context.locale=y&context=x', { context: { locale: 'y' } }],
    ['p.a.0=x&p.a.b=y', { p: { a: { 0: 'x', b: 'y' } } }],
    ['p.a.b=y&p.a.0=x', { p: { a: { 0: 'x', b: 'y' } } }],
    ['p.a.007=x', { p: { a: { '007': 'x' } } }],
    ['p.0=x&p.2024=y', { p: { 0: 'x', 2024: 'y' } }],
    ['0=x', { 0: 'x' }],
    ['p.a.100=x&p.b.101=y', { p: { a: [...Array<null>(100).fill(null), 'x'] } }],
    ['p.items.999999999.x=1', {}],
    ['=p', {}],
    ['p.=x&p..a=x&.a=x', {}],
    ['__proto__.x=1&a.constructor.b=1&prototype=1', {}],
    [
      'a.b.c.d.e.f.g.h.i.j=1&a.b.c.d.e.f.g.h.i.j.k=1',
      { a: { b: { c: { d: { e: { f: { g: { h: { i: { j: '1' } } } } } } } } } },
    ],
  ])('%s', (query, object) => {
    expect(read(query)).toEqual(object);
  });

  it('leaves out what comes after a thousand parameters', () => {
    const query = Array.from({ length: 1001 }, (_, index) => `k${index}=1`).join('&');
    expect(Object.keys(read(query))).toHaveLength(1000);
  });
});

describe('readValue', () => {
  it.each([
    ['2', 2],
    ['29.99', 29.99],
    ['-3', -3],
    ['0', 0],
    ['0.5', 0.5],
    ['007', '007'],
    ['1.0', '1.0'],
    ['20.00', '20.00'],
    ['1e3', '1e3'],
    ['+5', '+5'],
    ['0x10', '0x10'],
    [' 5', ' 5'],
    ['-0', '-0'],
    ['12345678901234567890', '12345678901234567890'],
    ['NaN', 'NaN'],
    ['true', 'true'],
    ['', ''],
  ])('%j in properties is %j', (text, value) => {
    expect(readValue(['properties', 'a', 'b'], text)).toBe(value);
    expect(readValue(['context', 'screen', 'width'], text)).toBe(value);
  });

  it.each([
    [['userId']],
    [['properties']],
    [['event']],
    [['context', 'page', 'title']],
    [['context', 'screen', 'other']],
    [['context', 'library', 'version']],
    [['traits', 'zip']],
  ])('stays text in %j', (path) => {
    expect(readValue(path, '5')).toBe('5');
  });
});
