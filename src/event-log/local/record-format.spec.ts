import { describe, expect, it } from 'vitest';
import {
  decodeRecord,
  encodeRecord,
  footprint,
  positionOf,
  stampRecord,
  timestampOf,
} from './record-format.js';

describe('the record format', () => {
  it.each([
    { key: 'k', value: Buffer.from([0, 255, 128, 1]), headers: { a: 'b' } },
    { key: '', value: '', headers: {} },
    { key: 'schlüssel 🔑', value: '{"name":"Zoë 🚀"}', headers: { 'x-ü': '✓', empty: '' } },
  ])('decodes what it has encoded: %o', (record) => {
    const bytes = encodeRecord({ topic: 't', ...record });
    stampRecord(bytes, 1_700_000_000_123, 2 ** 40 + 1);
    expect(decodeRecord(bytes)).toEqual({
      timestamp: 1_700_000_000_123,
      key: record.key,
      value: Buffer.from(record.value),
      headers: record.headers,
    });
    expect([timestampOf(bytes), positionOf(bytes)]).toEqual([1_700_000_000_123, 2 ** 40 + 1]);
  });

  it('counts whole pages for a record too large for a shared page', () => {
    expect([footprint(900), footprint(2_001), footprint(1_000_000)]).toEqual([932, 4_096, 1_003_520]);
  });
});
