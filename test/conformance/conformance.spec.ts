import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drivers } from './drivers.js';
import { judge } from './judge.js';
import { type Outcome, play } from './play.js';
import { casesOf } from './row.js';
import { type Section, sections } from './sections.js';
import { Stage } from './stage.js';

describe.each(drivers.map((driver) => [driver.name, driver] as const))('on %s', (_, driver) => {
  let stage: Stage;
  let outcomes: ReadonlyMap<string, readonly Outcome[]>;
  const green = new Set<string>();

  beforeAll(async () => {
    stage = await Stage.on(driver);
    outcomes = await play(
      stage,
      sections.flatMap(({ rows }) => rows),
    );
  }, 120_000);
  afterAll(async () => {
    process.stdout.write(tableOf(driver.name, green));
    await stage.close();
  });

  describe.each(sections.map(({ title, rows }) => [title, rows] as const))('%s', (_, rows) => {
    it.each(rows.map((row) => [`${row.id} ${row.title}`, row] as const))('%s', (_, row) => {
      const outcomesOfRow = outcomes.get(row.id) ?? [];
      const cases = casesOf(row);
      expect(outcomesOfRow).toHaveLength(cases.length);
      cases.forEach((scene, index) => judge(scene, outcomesOfRow[index]!, (id) => stage.nameOf(id)));
      green.add(row.id);
    });
  });

  it('never answers a POST with 201 or 204', () => {
    const posted = sections
      .flatMap(({ rows }) => rows)
      .flatMap((row) =>
        casesOf(row).flatMap(({ send }, index) => {
          const { answers = [] } = outcomes.get(row.id)?.[index] ?? {};
          return [send]
            .flat()
            .flatMap(({ method }, which) => (method === 'POST' ? [answers[which]?.status] : []));
        }),
      );
    expect(posted.length).toBeGreaterThan(150);
    for (const status of posted) expect([201, 204]).not.toContain(status);
  });
});

/** Local time is never meant, so the whole suite runs where it differs from UTC. */
it('runs where the local time is not UTC', () => {
  expect(new Date('2026-01-02T00:00:00Z').getTimezoneOffset()).toBe(300);
});

function tableOf(driver: string, green: ReadonlySet<string>): string {
  const line = (title: string, done: number, all: number): string =>
    `  ${title.padEnd(38)} ${String(done).padStart(3)} of ${String(all).padStart(3)}\n`;
  const greenIn = ({ ids }: Section): number => ids.filter((id) => green.has(id)).length;
  const lines = sections.map((section) => line(section.title, greenIn(section), section.ids.length));
  const all = sections.reduce((sum, { ids }) => sum + ids.length, 0);
  return `\nRows of WIRE green on ${driver}\n${lines.join('')}${line('all', green.size, all)}`;
}
