import { describe, expect, it, vi } from 'vitest';
import { environment, silenceAwsNodeVersionWarning } from './environment.js';
import { ConfigError, loadConfig } from './load-config.js';
import { DEFAULT_QUOTAS } from './quotas.js';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('needs no variable', () => {
    expect(loadConfig({})).toMatchObject({
      HTTP_PORT: 8080,
      ROLES: ['collector', 'delivery', 'admin'],
      LOG_LEVEL: 'info',
    });
  });

  it('reads numbers, flags and lists', () => {
    const config = loadConfig({ HTTP_PORT: '9', KAFKA_TLS: 'true', TRUSTED_PROXIES: '10.0.0.0/8, ::1/128' });
    expect(config).toMatchObject({
      HTTP_PORT: 9,
      KAFKA_TLS: true,
      TRUSTED_PROXIES: ['10.0.0.0/8', '::1/128'],
    });
  });

  it('takes name servers of both families, with and without a port', () => {
    const DNS_SERVERS = ['10.0.0.53', '10.0.0.53:5353', 'fd00::53', '[fd00::53]:5353'];
    expect(loadConfig({ DNS_SERVERS: DNS_SERVERS.join(',') })).toMatchObject({ DNS_SERVERS });
  });

  it('puts quotas in the place of their defaults, one by one', () => {
    expect(loadConfig({}).QUOTAS).toEqual(DEFAULT_QUOTAS);
    expect(loadConfig({ QUOTAS: 'sources=7, tokens=0,' }).QUOTAS).toEqual({
      ...DEFAULT_QUOTAS,
      sources: 7,
      tokens: 0,
    });
  });

  it('counts an empty variable as unset', () => {
    expect(loadConfig({ DATABASE_URL: '', HTTP_PORT: '' })).toMatchObject({ HTTP_PORT: 8080 });
  });

  it('lists all problems together and never a value', () => {
    const problems = problemsOf({
      HTTP_PORT: 'secret-a',
      KAFKA_BROKERS: 'secret-b',
      DATABASE_URL: 'secret-c',
      KAFKA_TLS: 'secret-d',
      SECRET_KEYS: 'secret-e',
    });
    expect(problems.join(' ')).toMatch(/HTTP_PORT.*DATABASE_URL.*SECRET_KEYS.*KAFKA_BROKERS.*KAFKA_TLS/s);
    expect(problems.join(' ')).not.toContain('secret');
  });

  it.each([
    [{ ROLES: 'collector' }, /ROLES/],
    [{ WORKERS: '2' }, /WORKERS: more than one worker needs DATABASE_URL and KAFKA_BROKERS and REDIS_URL/],
    [
      { WORKERS: '2', DATABASE_URL: 'postgres://h/d', KAFKA_BROKERS: 'h:1' },
      /more than one worker needs REDIS_URL/,
    ],
    [{ WORKERS: '0' }, /WORKERS must be auto, or a number from 1 to 256/],
    [{ WORKERS: '257' }, /WORKERS must be auto/],
    [{ WORKERS: 'all' }, /WORKERS must be auto/],
    [{ KAFKA_SASL_USERNAME: 'u' }, /must be set together/],
    [{ KAFKA_TLS_CERT_FILE: 'c.pem' }, /must be set together/],
    [{ DESTINATION_ALLOWED_CIDRS: '10.0.0.0' }, /networks/],
    [{ DNS_SERVERS: '10.0.0.53, dns.example' }, /DNS_SERVERS must list IP addresses/],
    [{ DNS_SERVERS: '10.0.0.53:70000' }, /DNS_SERVERS/],
    [{ QUOTAS: 'sources' }, /QUOTAS must list quotas such as sources=500/],
    [{ QUOTAS: 'sauces=5' }, /names sources, writeKeys/],
    [{ QUOTAS: 'sources=-1' }, /QUOTAS/],
    [{ QUOTAS: 'sources=1.5' }, /QUOTAS/],
    [{ QUOTAS: 'sources=1000000001' }, /QUOTAS/],
    [{ QUOTAS: 'auditEntries=999' }, /QUOTAS/],
    [{ QUOTAS: 'toString=5' }, /QUOTAS/],
    [{ SECRET_KEYS: 'c2hvcnQ=' }, /SECRET_KEYS must list keys of 32 bytes/],
    [{ SECRET_KEYS: `${'A'.repeat(43)}=,${'A'.repeat(44)}` }, /32 bytes/],
  ])('refuses %o', (environment, sentence) => {
    expect(problemsOf(environment).join(' ')).toMatch(sentence);
  });

  it('returns frozen settings', () => {
    expect(Object.isFrozen(loadConfig({}))).toBe(true);
  });
});

describe('the environment', () => {
  it('is changed by an explicit call only, and keeps what the operator set', () => {
    const name = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
    const original = environment()[name];
    try {
      vi.stubEnv(name, undefined);
      loadConfig({});
      expect(environment()[name]).toBeUndefined();
      silenceAwsNodeVersionWarning();
      expect(environment()[name]).toBe('true');
      vi.stubEnv(name, 'false');
      silenceAwsNodeVersionWarning();
      expect(environment()[name]).toBe('false');
    } finally {
      vi.unstubAllEnvs();
    }
    expect(environment()[name]).toBe(original);
  });
});
