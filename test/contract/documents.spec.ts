import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseYaml } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { configNames } from '../../src/config/load-config.js';
import { handlers } from '../../src/destinations/handlers/index.js';
import { counters } from '../../src/metrics/counters.js';
import { anchorsOf, linksOf, sectionsOf, shellBlocksOf, uncodedOf } from '../support/markdown.js';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

function filesIn(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => pattern.test(file))
    .sort();
}

const topLevel = readdirSync(ROOT).filter((file) => file.endsWith('.md'));
const pages = [...topLevel, ...filesIn('docs', /\.md$/)];

describe('the README', () => {
  const readme = read('README.md');

  it('has at most 150 lines', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it('has only shell blocks that a shell can read', () => {
    const blocks = shellBlocksOf(readme);
    expect(blocks.length).toBeGreaterThan(3);
    for (const block of blocks) execFileSync('bash', ['-n'], { input: block });
  });

  it('leads to every page, directly or by the page of a subject', () => {
    const reached = new Set(['README.md']);
    for (const page of reached)
      for (const { path } of linksOf(read(page)))
        if (path.endsWith('.md')) reached.add(relative(ROOT, join(ROOT, dirname(page), path)));
    expect(pages.filter((page) => !reached.has(page))).toEqual([]);
  });
});

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('has no link that leads nowhere', () => {
    const broken = linksOf(text).filter(({ path, anchor }) => {
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== '' && !anchorsOf(read(target)).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('has only shell blocks that a shell can read', () => {
    for (const block of shellBlocksOf(text)) execFileSync('bash', ['-n'], { input: block });
  });
});

/** Documents that are cited by section, by the word that cites them. */
const CITED = { WIRE: 'docs/wire.md', DESIGN: 'docs/design.md' } as const;
/** Where sections are cited. */
const CITING = [
  ...filesIn('src', /\.m?ts$|\.mjs$/),
  ...filesIn('test', /\.m?ts$|\.mjs$/),
  ...filesIn('migrations', /\.ts$/),
  ...pages,
];

/** `WIRE 1.7`, `WIRE 1.6, 1.7`, `WIRE 2.2–2.4`, `DESIGN 4, 5.2`: every number that a citation names. */
function citationsOf(text: string, word: keyof typeof CITED): string[] {
  const lists = text.matchAll(
    new RegExp(`\\b${word} (\\d+(?:\\.\\d+)*(?:(?:, | and |–)\\d+(?:\\.\\d+)*)*)`, 'g'),
  );
  return [...lists].flatMap(([, list = '']) => list.match(/\d+(?:\.\d+)*/g) ?? []);
}

describe.each(Object.entries(CITED))('sections cited as %s', (word, document) => {
  const sections = sectionsOf(read(document));

  it('exist', () => {
    const absent = CITING.flatMap((file) =>
      citationsOf(read(file), word as keyof typeof CITED)
        .filter((section) => !sections.has(section))
        .map((section) => `${file} cites ${word} ${section}`),
    );
    expect(absent).toEqual([]);
  });

  it('are cited somewhere, so that the rule reads something', () => {
    expect(
      CITING.flatMap((file) => citationsOf(read(file), word as keyof typeof CITED)).length,
    ).toBeGreaterThan(10);
  });
});

describe('words of documents that are not in the repository', () => {
  const ABSENT = /\b(?:HOUSE|STYLE|STACK|DEMANDS|ACTIONS|DESTINATIONS)(?:\.md|,? \d)|\bSECURITY-REVIEW\b/;
  /** Folders that are held to it, and files at the top. */
  const FOLDERS = ['docs', 'src', 'test', 'migrations', 'docker'];
  const OWN = 'test/contract/documents.spec.ts';

  it('occur nowhere', () => {
    const files = [...topLevel, ...FOLDERS.flatMap((folder) => filesIn(folder, /\.(?:md|mjs|ts|yml|sh)$/))];
    const citing = files.filter((file) => file !== OWN).filter((file) => ABSENT.test(read(file)));
    expect(citing).toEqual([]);
  });
});

describe('the pages of the destination types', () => {
  it('are one for each type', () => {
    const types = handlers.map(({ type }) => `docs/destinations/${type}.md`);
    const others = ['docs/destinations/README.md', 'docs/destinations/write-one.md'];
    expect(filesIn('docs/destinations', /\.md$/)).toEqual([...types, ...others].sort());
  });

  it.each(handlers.map(({ type, title }) => ({ type, title })))(
    '$type has its parts and a row in the list',
    ({ type, title }) => {
      const page = read(`docs/destinations/${type}.md`);
      const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
      const parts = ['What becomes of an event', 'Settings', 'Redelivery', 'Failures', 'Limits'];
      expect(headings).toEqual([title, ...parts]);
      expect(read('docs/destinations/README.md')).toContain(`| [\`${type}\`](${type}.md)`);
    },
  );
});

describe('the page of the metrics', () => {
  const page = read('docs/operations/metrics.md');
  /** `| name | labels | …` */
  const rows = new Map(
    [...page.matchAll(/^\| `(tributary_\w+)` +\| ([^|]*)\|/gm)].map(([, name = '', labels = '']) => [
      name,
      labels.replaceAll(/[`\s]/g, '').split(',').filter(Boolean),
    ]),
  );
  const named = filesIn('src', /(?<!\.spec)\.ts$/).flatMap((file) =>
    [...read(file).matchAll(/name: '(tributary_\w+)'/g)].map(([, name]) => name),
  );

  it('has every metric of the sources and no other', () => {
    expect(named.length).toBeGreaterThan(10);
    expect([...rows.keys()].sort()).toEqual([...new Set(named)].sort());
  });

  it('has the labels of every counter', () => {
    for (const metric of counters.getMetricsAsArray()) {
      const { name, labelNames } = metric as unknown as { name: string; labelNames: string[] };
      expect([name, rows.get(name)]).toEqual([name, [...labelNames]]);
    }
  });
});

describe('the Kafka contract', () => {
  it.each(['EVENTS_TOPIC', 'REJECTED_TOPIC', 'DEAD_LETTERS_TOPIC'])('names the topic of %s', (setting) => {
    const topic = new RegExp(`^\\| \`${setting}\` +\\| \`([^\`]+)\``, 'm').exec(
      read('docs/configuration.md'),
    )?.[1];
    expect(read('docs/kafka-contract.md')).toMatch(new RegExp(`^\\| \`${topic}\` \\(\`${setting}\`\\)`, 'm'));
  });
});

describe('settings that documents name', () => {
  /** Of the tests, of the compose files, of the shell, of examples and of Kafka. */
  const OTHERS = new Set(
    'ADMIN_TOKEN WRITE_KEY CRM_SECRET COUNT TRIBUTARY_URL TRIBUTARY_PORT KAFKA_PORT POSTGRES_PORT REDIS_PORT'.split(
      ' ',
    ),
  );
  const NAME = /`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g;

  it('exist', () => {
    const known = new Set([...configNames(), ...OTHERS]);
    const protocol = 'docs/wire.md';
    const unknown = pages
      .filter((page) => page !== protocol)
      .flatMap((page) => [...read(page).matchAll(NAME)].map(([, name = '']) => `${page}: ${name}`))
      .filter((found) => !known.has(found.split(': ')[1]!));
    expect(unknown).toEqual([]);
  });
});

describe('the compose file', () => {
  interface Service {
    readonly environment?: Readonly<Record<string, string>>;
    readonly extends?: { readonly file: string; readonly service: string };
    readonly depends_on?: Readonly<Record<string, unknown>>;
    readonly volumes?: readonly string[];
  }
  interface Compose {
    readonly services: Readonly<Record<string, Service>>;
    readonly volumes: Readonly<Record<string, unknown>>;
  }
  const compose = parseYaml(read('docker/compose.yml')) as Compose;
  const services = parseYaml(read('docker/compose.services.yml')) as Compose;

  it('gives the product settings that it knows, and services that exist', () => {
    const { tributary } = compose.services;
    expect(Object.keys(tributary?.environment ?? {}).filter((name) => !configNames().includes(name))).toEqual(
      [],
    );
    expect(Object.keys(tributary?.depends_on ?? {})).toEqual(Object.keys(services.services));
    for (const [name, service] of Object.entries(compose.services))
      if (name !== 'tributary')
        expect(service.extends).toEqual({ file: 'compose.services.yml', service: name });
  });

  it('declares every volume', () => {
    const used = [...Object.values(compose.services), ...Object.values(services.services)]
      .flatMap(({ volumes = [] }) => volumes)
      .map((volume) => volume.split(':')[0]!);
    expect(Object.keys(compose.volumes).sort()).toEqual([...new Set(used)].sort());
  });
});

describe('the rules of this suite', () => {
  it('find sections, links, anchors and shell blocks', () => {
    const text =
      '# 1. One\n\n### 1.2 Two `b` (c)\n\n1. first\n2. second\n\n| 8.5 | no |\n\n## 8. Eight\n\n| 8.5 | row |\n\n[a](b.md#c)\n\n```sh\ntrue\n```\n';
    expect([...sectionsOf(text)].sort()).toEqual(['1', '1.2', '1.2.1', '1.2.2', '8', '8.5']);
    expect([...anchorsOf(text)]).toEqual(['1-one', '12-two-b-c', '8-eight']);
    expect(linksOf(text)).toEqual([{ path: 'b.md', anchor: 'c' }]);
    expect(shellBlocksOf(text)).toEqual(['true\n']);
    expect(linksOf('`[a](b.md)` and [d](https://example.com)')).toEqual([]);
    expect(uncodedOf('a `b` c')).toBe('a  c');
  });

  it('know of no section that is not there', () => {
    expect(sectionsOf(read('docs/wire.md')).has('1.10')).toBe(false);
    expect(sectionsOf(read('docs/design.md')).has('8')).toBe(false);
  });

  it('read lists and ranges of citations', () => {
    expect(citationsOf('(WIRE 1.6, 1.7) WIRE 2.2–2.4 and DESIGN 5', 'WIRE')).toEqual([
      '1.6',
      '1.7',
      '2.2',
      '2.4',
    ]);
    expect(citationsOf('x WIRE 3.5.', 'WIRE')).toEqual(['3.5']);
  });
});
