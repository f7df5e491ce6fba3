import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../contract/handler.js';
import { webhook } from '../../handlers/webhook/webhook.handler.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { withoutSecrets } from './without-secrets.js';

const SECRET = 'k3y_of_the_tenant';
const destination: PreparedDestination = {
  id: 'dst_1',
  workspaceId: 'wsp_1',
  handler: webhook,
  settings: { url: 'https://example.com/', headers: { authorization: `Bearer ${SECRET}` } },
  limits: DEFAULT_LIMITS,
  retryDelaysSeconds: null,
  sources: new Map(),
  version: 1,
  state: 'active',
};
const dead = { kind: 'dead', reason: 'http_400', status: 400 } as const;
const clean = (answer: string, answerCode: string) =>
  withoutSecrets({ ...dead, answer, answerCode }, destination);

describe('withoutSecrets', () => {
  it('masks the secrets in an answer, and keeps its code', () => {
    expect(clean(`bad_plan: no plan for ${SECRET}`, 'bad_plan')).toEqual({
      ...dead,
      answer: 'bad_plan: no plan for ***',
      answerCode: 'bad_plan',
    });
  });

  it('leaves out a code that holds a secret, which tenants would see', () => {
    expect(clean(`no_${SECRET}`, `no_${SECRET}`)).toEqual({ ...dead, answer: 'no_***' });
  });

  it('cuts at 300 characters, and leaves no part of a secret before the cut', () => {
    expect(clean('x'.repeat(5_000), 'x')).toMatchObject({ answer: 'x'.repeat(300) });
    expect(clean(`${'x'.repeat(290)}${SECRET}`, 'x')).toMatchObject({ answer: `${'x'.repeat(290)}***` });
  });

  it('cleans the answer to an undecided refusal, which may become a dead letter', () => {
    const retry = { kind: 'retry', reason: 'http_403', delayMs: 1, isDoubtful: true } as const;
    expect(withoutSecrets({ ...retry, answer: SECRET }, destination)).toEqual({ ...retry, answer: '***' });
  });

  it('leaves an outcome without an answer as it is', () => {
    expect(withoutSecrets(dead, destination)).toBe(dead);
  });
});
