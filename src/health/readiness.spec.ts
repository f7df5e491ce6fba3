import { beforeEach, describe, expect, it } from 'vitest';
import { FakeLog } from '../../test/support/fake-log.js';
import { Conditions } from './conditions.js';
import { Readiness } from './readiness.js';

let log: FakeLog;
let conditions: Conditions;
let readiness: Readiness;

beforeEach(() => {
  log = new FakeLog();
  conditions = new Conditions();
  readiness = new Readiness(log, conditions);
});

describe('Readiness', () => {
  it('is ready without details when no condition holds', () => {
    conditions.add(() => undefined);
    expect(readiness.now()).toEqual({ ready: true, problems: [], details: [] });
  });

  it('is ready while a condition holds, and reports it until it ends', () => {
    let away = true;
    conditions.add(() => (away ? 'Postgres is away' : undefined));
    expect(readiness.now()).toEqual({ ready: true, problems: [], details: ['Postgres is away'] });
    away = false;
    expect(readiness.now().details).toEqual([]);
  });

  it('is not ready while the event log is not ready, or after a drain has begun', () => {
    log.away = true;
    expect(readiness.now()).toMatchObject({ ready: false, problems: [expect.any(String)] });
    log.away = false;
    readiness.drain();
    expect(readiness.now()).toMatchObject({ ready: false, problems: ['this instance is shutting down'] });
  });
});
