import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Report } from './tally.mjs';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tributary-reporter-'))));
afterEach(() => rm(folder, { recursive: true }));

/** Runs Vitest in a folder with the given files. */
async function reportOf(files: Record<string, string>, env: Record<string, string> = {}): Promise<Report> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
  const reporter = join(import.meta.dirname, 'reporter.mjs');
  const file = join(folder, 'report.json');
  const args = [vitest, 'run', '--root', folder, '--globals', `--reporter=${reporter}`];
  const child = spawn(process.execPath, args, { env: { ...env, VERIFY_REPORT: file }, stdio: 'ignore' });
  await once(child, 'close');
  return JSON.parse(await readFile(file, 'utf8')) as Report;
}

it('reports each test, and why tests did not run', async () => {
  const report = await reportOf({
    'a.spec.js': `
      it('passes', () => {});
      it('fails', () => { throw new Error('no'); });
      it.skip('waits', () => {});`,
    'b.spec.js': `
      describe('suite', () => {
        beforeAll(() => { throw new Error('no server:\\nits output'); });
        it('needs a server', () => {});
      });`,
    'c.spec.js': `throw new Error('does not load');`,
  });
  expect(report.errors).toEqual([]);
  expect(report.files.toSorted((a, b) => a.path.localeCompare(b.path))).toEqual([
    {
      path: 'a.spec.js',
      passed: false,
      tests: [
        { name: 'passes', state: 'passed' },
        { name: 'fails', state: 'failed' },
        { name: 'waits', state: 'skipped' },
      ],
    },
    {
      path: 'b.spec.js',
      passed: false,
      error: 'no server',
      tests: [{ name: 'suite > needs a server', state: 'skipped' }],
    },
    { path: 'c.spec.js', passed: false, error: 'does not load', tests: [] },
  ]);
});

it('reports why the common servers did not start', async () => {
  const setup = join(import.meta.dirname, '../support/global-setup.ts');
  const files = {
    'a.spec.js': `it('passes', () => {});`,
    'vitest.config.js': `export default { test: { globalSetup: ${JSON.stringify(setup)} } };`,
  };
  // Without any command on the PATH, neither Docker nor Debian packages can provide the servers.
  const report = await reportOf(files, { PATH: folder });
  expect(report).toEqual({
    files: [],
    errors: [],
    setupFailure: expect.stringMatching(
      /^The tests need .*redis-server.* failed\. .*\(this is not a Debian system\)$/,
    ) as string,
  });
});
