// `npm run new:destination NAME` writes the folder of a destination type and adds its two lines to the list. The shared suite
// fails until the author writes `deliver` and adds sample settings.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The name cannot be used. The message is one sentence for the caller. */
export class NameRefused extends Error {
  /** @override */
  name = 'NameRefused';
}

/**
 * Writes the folder and the two lines below `handlers`, the folder of all destination types.
 * Returns the path of the new file. When it throws NameRefused, it has written nothing.
 * @param {string} name
 * @param {string} handlers
 * @returns {Promise<string>}
 */
export async function newDestination(name, handlers) {
  if (!NAME.test(name) || name.length > 40)
    throw new NameRefused(
      'A destination type needs a name such as "my-crm": at most 40 of a-z, 0-9 and single hyphens.',
    );
  const folder = join(handlers, name);
  if (await stat(folder).catch(() => undefined))
    throw new NameRefused(`There is a destination type ${name} already.`);
  const index = join(handlers, 'index.ts');
  const listed = withEntry(await readFile(index, 'utf8'), name);
  const file = join(folder, `${name}.handler.ts`);
  await mkdir(folder);
  await writeFile(file, handlerOf(name));
  await writeFile(index, listed);
  return file;
}

/** @param {string} name */
const words = (name) => name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));

/** @param {string} name */
const valueOf = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/**
 * The list with one import and one entry more, both sorted.
 * @param {string} text
 * @param {string} name
 */
function withEntry(text, name) {
  const value = valueOf(name);
  const lines = text.split('\n');
  const imports = lines.filter((line) => line.startsWith('import '));
  const rest = lines.slice(imports.length);
  const all = [...imports, `import { ${value} } from './${name}/${name}.handler.js';`];
  const entries = /export const handlers = \[([^\]]*)\] as const;/.exec(text)?.[1];
  if (entries === undefined) throw new NameRefused('handlers/index.ts has no list of handlers.');
  const names = [...entries.split(',').map((entry) => entry.trim()), value].filter((entry) => entry !== '');
  const list = `export const handlers = [${names.sort().join(', ')}] as const;`;
  const pathOf = (/** @type {string} */ line) => line.slice(line.indexOf("'"));
  all.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
  return [...all, ...rest].join('\n').replace(/export const handlers = \[[^\]]*\] as const;/, list);
}

/** @param {string} name */
function handlerOf(name) {
  const settings = `${words(name).join('')}Settings`;
  return `import { IsUrl } from 'class-validator';
import { defineHandler, each } from '../../contract/define-handler.js';
import { Address } from '../../contract/settings-marks.js';

export class ${settings} {
  /**
   * Address that receives the events. \`http\` reaches only networks that the operator has allowed.
   * @example https://example.com/events
   */
  @Address()
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false, disallow_auth: true })
  url!: string;
}

/** Posts each event as JSON. */
export const ${valueOf(name)} = defineHandler({
  type: '${name}',
  title: '${words(name).join(' ')}',
  description: 'Describe how events are sent, and what the receiver gets when an event is delivered twice.',
  settings: ${settings},
  deliver: each(() => {
    // For JSON over HTTP: each(({ json }, { settings, http }) => http.send(settings.url, { body: json })).
    throw new Error('not implemented: deliver one event');
  }),
});
`;
}

if (process.argv[1] === import.meta.filename) {
  try {
    const file = await newDestination(process.argv[2] ?? '', 'src/destinations/handlers');
    process.stdout.write(
      `Created ${file} and added it to handlers/index.ts. Next:\n` +
        `  1. Write its settings and deliver().\n` +
        `  2. Add a line with valid and faulty settings to sampleSettings in test/contract/handlers.spec.ts.\n` +
        `  3. npx prettier --write src/destinations/handlers test/contract/handlers.spec.ts\n` +
        `  4. npx vitest run --project contract test/contract/handlers.spec.ts\n`,
    );
  } catch (error) {
    if (!(error instanceof NameRefused)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
