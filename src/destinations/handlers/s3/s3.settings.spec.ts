import { describe, expect, it } from 'vitest';
import { addressesOf, secretsOf } from '../../contract/settings-marks.js';
import { checkSettings, settingsOf } from '../../settings/check-settings.js';
import { s3 } from './s3.handler.js';
import { S3Settings } from './s3.settings.js';

const good = { bucket: 'my-events', accessKeyId: 'key', secretAccessKey: 'secret' };
const faultsOf = (more: object) => {
  const checked = checkSettings(s3, { ...good, ...more });
  return 'faults' in checked ? checked.faults.map(({ pointer }) => pointer) : [];
};

describe('settings of s3', () => {
  it('default to Amazon S3, gzipped lines, a file per minute and a folder per hour', () => {
    expect(checkSettings(s3, good)).toEqual({
      settings: {
        ...good,
        region: 'us-east-1',
        forcePathStyle: false,
        prefix: 'events/date={date}/hour={hour}/',
        format: 'ndjson.gz',
        maxWaitSeconds: 60,
        maxItems: 10_000,
      },
    });
  });

  it('mark the secrets and the address', () => {
    expect(secretsOf(S3Settings).toSorted()).toEqual(['secretAccessKey', 'sessionToken']);
    expect(addressesOf(S3Settings)).toEqual(['endpoint']);
  });

  it('decide how long events wait and how many share a file', () => {
    const settings = settingsOf(s3, { ...good, maxWaitSeconds: 300, maxItems: 500 });
    expect(s3.limits?.(settings)).toMatchObject({ maxWaitMs: 300_000, maxItems: 500 });
  });

  it.each([
    { region: 'auto', endpoint: 'https://account.r2.cloudflarestorage.com' },
    { endpoint: 'http://127.0.0.1:9000', forcePathStyle: true },
    { endpoint: 'https://example.com/s3/', bucket: 'a.b-c' },
    { prefix: '' },
    { prefix: 'a/{source}/{type}/year={year}/month={month}/day={day}' },
    { prefix: '...dots/.hidden/a..b' },
    { format: 'parquet', maxWaitSeconds: 0, maxItems: 1 },
    { storageClass: 'GLACIER_IR', encryption: 'aws:kms', kmsKeyId: 'arn:aws:kms:eu-central-1:1:key/2' },
    { sessionToken: 'FwoGZXIvYXdzE//+=' },
    { caCertificate: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n' },
  ])('may be %j', (more) => {
    expect(faultsOf(more)).toEqual([]);
  });

  it.each([
    [{ bucket: 'My-Events' }, '/bucket'],
    [{ bucket: 'a/b' }, '/bucket'],
    [{ bucket: 'ab' }, '/bucket'],
    [{ bucket: 'arn:aws:s3:::events' }, '/bucket'],
    [{ region: 'eu.example.com/' }, '/region'],
    [{ accessKeyId: '' }, '/accessKeyId'],
    [{ accessKeyId: 'a\nb' }, '/accessKeyId'],
    [{ secretAccessKey: '' }, '/secretAccessKey'],
    [{ sessionToken: 'two words' }, '/sessionToken'],
    [{ endpoint: 'minio.example.com:9000' }, '/endpoint'],
    [{ endpoint: 'ftp://example.com' }, '/endpoint'],
    [{ endpoint: 'https://u:p@example.com' }, '/endpoint'],
    [{ endpoint: 'https://example.com/?a=b' }, '/endpoint'],
    [{ caCertificate: '/etc/ssl/ca.pem' }, '/caCertificate'],
    [{ prefix: '/events' }, '/prefix'],
    [{ prefix: 'a//b' }, '/prefix'],
    [{ prefix: 'a/../b' }, '/prefix'],
    [{ prefix: '..' }, '/prefix'],
    [{ prefix: './a' }, '/prefix'],
    [{ prefix: 'a/.' }, '/prefix'],
    [{ prefix: '{user}' }, '/prefix'],
    [{ prefix: '{date' }, '/prefix'],
    [{ prefix: 'a b' }, '/prefix'],
    [{ prefix: 'x'.repeat(301) }, '/prefix'],
    [{ format: 'csv' }, '/format'],
    [{ maxWaitSeconds: 901 }, '/maxWaitSeconds'],
    [{ maxWaitSeconds: -1 }, '/maxWaitSeconds'],
    [{ maxItems: 0 }, '/maxItems'],
    [{ storageClass: 'CHEAP' }, '/storageClass'],
    [{ encryption: 'rot13' }, '/encryption'],
    [{ kmsKeyId: '' }, '/kmsKeyId'],
  ])('may not be %j', (more, pointer) => {
    expect(faultsOf(more)).toEqual([pointer]);
  });
});
