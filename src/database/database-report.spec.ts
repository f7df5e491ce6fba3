import { expect, it } from 'vitest';
import { Conditions } from '../health/conditions.js';
import { Gauges } from '../metrics/gauges.js';
import { type ChangeWatch } from './change-watch.js';
import { DatabaseReport } from './database-report.js';

function report(changes: { isAway: boolean; freshAt?: Date }) {
  const [conditions, gauges] = [new Conditions(), new Gauges()];
  new DatabaseReport(changes as ChangeWatch, conditions, gauges);
  return { details: conditions.now(), metrics: gauges.registry.metrics() };
}

const valueOf = (text: string, name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1];

it('reports no fault while Postgres answers', async () => {
  const { details, metrics } = report({ isAway: false, freshAt: new Date() });
  expect(details).toEqual([]);
  expect(valueOf(await metrics, 'tributary_postgres_up')).toBe('1');
  expect(Number(valueOf(await metrics, 'tributary_configuration_age_seconds'))).toBeLessThan(60);
});

it('reports the age of the configuration while Postgres is away', async () => {
  const { details, metrics } = report({ isAway: true, freshAt: new Date('2026-01-02T03:04:05Z') });
  expect(details).toEqual(['the configuration is as of 2026-01-02T03:04:05.000Z: Postgres is away']);
  expect(valueOf(await metrics, 'tributary_postgres_up')).toBe('0');
  expect(Number(valueOf(await metrics, 'tributary_configuration_age_seconds'))).toBeGreaterThan(60);
});

it('reports no age before a configuration is loaded', async () => {
  const { details, metrics } = report({ isAway: true });
  expect(details).toEqual(['there is no configuration yet: Postgres is away']);
  expect(valueOf(await metrics, 'tributary_configuration_age_seconds')).toBeUndefined();
});
