import { describe, expect, it } from 'vitest';
import { brokerFault, hostFault } from './host-rules.js';
import { urlFault } from './url-rules.js';

/** Hosts as people use them. */
const HOSTS = [
  ...[
    'example.com',
    'EXAMPLE.com',
    'example.com.',
    'localhost',
    'db',
    'db_1',
    'my_service.internal',
    '_srv.example',
  ],
  ...[
    'a-b.c-d.example',
    'xn--bcher-kva.example',
    'bücher.example',
    '1host',
    '10.0.0.7',
    `${'a'.repeat(63)}.example`,
  ],
  ...['clickhouse.analytics.svc.cluster.local', 'svc.cluster.local.', 'db_1.', '3com.example'],
];
const SIX = ['::1', 'fd00::1', '2001:db8:0:0:0:0:0:1', '::ffff:10.0.0.1'];
const BAD = [
  ...[
    '',
    '.',
    '..',
    'a..b',
    '.a',
    'a b',
    'a\tb',
    '-a',
    'a-',
    'a-.b',
    'a/b',
    'a?b',
    'a#b',
    'a,b',
    'a;b',
    'a%20b',
    '*',
  ],
  ...[
    '*.example.com',
    'a\\b',
    'a"b',
    `${'a'.repeat(64)}.example`,
    'a.'.repeat(127) + 'abc',
    '[::1',
    '::1]',
    '[a]',
    '[]',
  ],
  ...['fe80::1%eth0', '[fe80::1%25eth0]', 'user@a', '12345::', 'a..'],
];

describe('hostFault', () => {
  it.each([...HOSTS, ...SIX, ...SIX.map((six) => `[${six}]`)])('accepts %s', (host) =>
    expect(hostFault(host)).toBeUndefined(),
  );
  it.each([...BAD, 'a:1', 'https://a'])('refuses %j', (host) => expect(hostFault(host)).toMatch(/./));

  it.each([
    ['https://db.example', 'must be a host without a protocol'],
    ['db.example:5432', 'must be a host without a port'],
    ['db.example/path', 'must be a host without a path'],
    ['user:pass@db.example', 'must be a host without a user and a password'],
    ['fe80::1%eth0', 'must be an IPv6 address without a zone'],
    ['a b', 'must be a host without blanks'],
    ['-a', 'must be a host of letters, digits, hyphens, underscores and dots, or an IP address'],
  ])('of %s is %j', (host, fault) => expect(hostFault(host)).toBe(fault));
});

const broken = 'secret-p';

describe('urlFault', () => {
  const rules = { protocols: ['https', 'http'], userInfo: 'put them into `headers`' };
  const store = { protocols: ['postgres', 'postgresql'] };

  it.each([...HOSTS, ...SIX.map((six) => `[${six}]`)])('accepts %s as any host', (host) => {
    for (const rest of ['', '/', ':8443', ':8443/a/b?c=d@e#f', ':8443/@a', '/a@b:c', '?a=@'])
      expect(urlFault(`https://${host}${rest}`, rules), rest).toBeUndefined();
    expect(urlFault(`postgres://user:pa:ss%40%23@${host}:5432/db`, store)).toBeUndefined();
  });

  it.each(BAD.filter((host) => !/[@/?#]/.test(host)))('refuses %j as any host', (host) =>
    expect(urlFault(`https://${host}/`, rules)).toMatch(/./),
  );

  it.each([
    ['example.com', 'must begin with https:// or http://'],
    ['ftp://example.com', 'must begin with https:// or http://'],
    ['https:/example.com', 'must begin with https:// or http://'],
    ['https://', 'must have a host behind https://'],
    ['https:///path', 'must have a host behind https://'],
    ['https://:8443/', 'must have a host behind https://'],
    ['https://example.com:', 'must have a port from 1 to 65535 behind the colon'],
    ['https://example.com:0', 'must have a port from 1 to 65535 behind the colon'],
    ['https://example.com:70000', 'must have a port from 1 to 65535 behind the colon'],
    ['https://example.com:port', 'must have a port from 1 to 65535 behind the colon'],
    ['https://fd00::1/', 'must have an IPv6 address in brackets'],
    ['https://[fe80::1%25eth0]/', 'must be an IPv6 address without a zone'],
    ['https://a b.example/', 'must not hold blanks or control characters'],
    ['https://a.example/\n', 'must not hold blanks or control characters'],
    ['https://a\\b.example/', 'must not hold a backslash'],
    [`https://${broken}:x@example.com/`, 'must not hold a user or a password: put them into `headers`'],
    [`https://${broken}@example.com/`, 'must not hold a user or a password: put them into `headers`'],
    [`https://user:${broken}#s@example.com/`, 'must not hold a user or a password: put them into `headers`'],
    [`https://example.com/${'a'.repeat(3_000)}`, 'must have at most 2083 characters'],
    [5, 'must be a text'],
  ])('of %s is %s', (url, fault) => expect(urlFault(url, rules)).toBe(fault));

  it.each([
    [`postgres://user:${broken}@ss@db/x`, 'holds an unescaped @ in the user or the password: write %40'],
    [`postgres://user:${broken}#ss@db/x`, 'holds an unescaped # in the user or the password: write %23'],
    [`postgres://user:${broken}/ss@db/x`, 'holds an unescaped / in the user or the password: write %2F'],
    [`postgres://user:${broken}?ss@db/x`, 'holds an unescaped ? in the user or the password: write %3F'],
    [`postgres://user:${broken}#s/?s@db/x`, 'holds an unescaped # in the user or the password: write %23'],
    [`postgres://user:1#${broken}@db/x`, 'holds an unescaped # in the user or the password: write %23'],
    [`postgres://user:${broken}%@db/x`, 'holds an unescaped % in the user or the password: write %25'],
    [`postgres://user:${broken}[@db_1:port/x`, 'must have a port from 1 to 65535 behind the colon'],
    [`mysql://user:${broken}@db/x`, 'must begin with postgres:// or postgresql://'],
  ])('of %s says how to write it, and never the secret', (url, fault) => {
    expect(urlFault(url, store)).toBe(fault);
    expect(fault).not.toContain(broken);
  });

  it.each([
    ['https://a.example/?q', 'must not have a query'],
    ['https://a.example/#f', 'must not have a fragment'],
  ])('without a query: %s', (url, fault) => expect(urlFault(url, { ...rules, query: false })).toBe(fault));

  it('may have a rule for what follows the host', () => {
    const short = { ...rules, rest: { form: /^\/?$/, fault: 'must end after the port' } };
    expect(urlFault('https://a_b.example:1/', short)).toBeUndefined();
    expect(urlFault('https://a.example/x', short)).toBe('must end after the port');
  });
});

describe('brokerFault', () => {
  it.each([...HOSTS, ...SIX.map((six) => `[${six}]`)])('accepts %s', (host) =>
    expect(brokerFault(`${host}:9092`)).toBeUndefined(),
  );
  it.each([
    ['kafka-1', 'must be host:port'],
    ['kafka-1:0', 'must have a port from 1 to 65535 behind the colon'],
    ['fd00::1', 'must have an IPv6 address in brackets'],
    ['fd00::1:9092', 'must have an IPv6 address in brackets'],
    ['kafka://a:9092', 'must be host:port without a protocol'],
    ['user:pass@kafka:9092', 'must be a host without a user and a password'],
    ['a b:9092', 'must be a host without blanks'],
    [9092, 'must be a text'],
  ])('of %s is %s', (broker, fault) => expect(brokerFault(broker)).toBe(fault));
});
