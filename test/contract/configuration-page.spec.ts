import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, configNames } from '../../src/config/load-config.js';
import { handlers } from '../../src/destinations/handlers/index.js';
import {
  configurationPage,
  defaultText,
  exampleEnvironment,
  settingsTable,
} from '../support/configuration-page.js';
import { settingsClassesIn } from '../support/settings-source.js';

/** `npm run docs:configuration` sets it: then the documents are written instead of compared. */
const WRITES = process.env['WRITE_DOCUMENTS'] === 'configuration';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Classes of settings by the heading of their table. */
const CLASSES = {
  'The process': 'src/config/config.ts',
  Deliveries: 'src/config/delivery.config.ts',
  Operations: 'src/config/operations.config.ts',
  Kafka: 'src/config/kafka.config.ts',
};
const sources = Object.fromEntries(
  Object.entries(CLASSES).map(([heading, path]) => [heading, read(path)]),
) as Record<keyof typeof CLASSES, string>;
const defaults = loadConfig({}) as unknown as Record<string, unknown>;

function expectSame(path: string, text: string): void {
  if (WRITES) writeFileSync(join(ROOT, path), text);
  expect(read(path), `${path} is not what the code says. Run: npm run docs:configuration`).toBe(text);
}

describe('the configuration page', () => {
  it('is what the classes say', async () => {
    expectSame('docs/configuration.md', await configurationPage(sources, defaults));
  });

  it('has a file with all variables to copy', () => {
    expectSame('.env.example', exampleEnvironment(sources, defaults));
  });

  it('reads every setting that the process knows out of the sources', () => {
    const found = Object.values(sources)
      .flatMap(settingsClassesIn)
      .flatMap(({ settings }) => settings);
    expect(found.map(({ name }) => name).sort()).toEqual([...configNames()].sort());
    expect(found.filter(({ sentence }) => sentence === '')).toEqual([]);
  });

  const page = (): string => read('docs/configuration.md');

  it.each(configNames())('tells %s with its default', (name) => {
    const row = new RegExp(`^\\| \`${name}\` +\\| ([^|]*)\\|`, 'm').exec(page())?.[1]?.trim();
    expect(row).toBe(defaultText(defaults[name]));
  });

  it.each([
    [
      'a variable that is missing',
      (text: string) => text.replace(/\n[^\n]*@Int\(0, 65535\)\n[^\n]*HTTP_PORT[^\n]*/, ''),
    ],
    ['a changed sentence', (text: string) => text.replace('Port of the HTTP listener.', 'Another sentence.')],
    ['changed bounds', (text: string) => text.replace('@Int(0, 65535)', '@Int(1, 65535)')],
  ])('notices %s', async (_, change) => {
    const changed = { ...sources, 'The process': change(sources['The process']) };
    expect(changed).not.toEqual(sources);
    expect(await configurationPage(changed, defaults)).not.toBe(page());
  });

  it('notices a changed default', async () => {
    expect(await configurationPage(sources, { ...defaults, HTTP_PORT: 8081 })).not.toBe(page());
  });
});

describe.each(handlers.map(({ type, settings }) => ({ type, settings })))(
  'the page of $type',
  ({ type, settings }) => {
    const MARKS = /(?<=<!-- settings -->\n\n)[^]*(?=\n<!-- end of settings -->)/;
    const folder = `src/destinations/handlers/${type}`;
    const path = `docs/destinations/${type}.md`;

    it('has the settings of the class', async () => {
      const files = readdirSync(join(ROOT, folder)).filter((file) => /(?<!\.spec)\.ts$/.test(file));
      const table = await settingsTable(
        files.map((file) => read(`${folder}/${file}`)).join('\n'),
        new settings(),
      );
      expect(read(path)).toMatch(MARKS);
      expectSame(
        path,
        read(path).replace(MARKS, () => table),
      );
    });
  },
);
