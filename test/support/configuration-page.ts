import { format } from 'prettier';
import { type Setting, settingsClassesIn } from './settings-source.js';

type Values = Readonly<Record<string, unknown>>;

const HEAD = `# Configuration

Every setting of the process is an environment variable. White space at its end is cut off. An empty variable counts as unset.
A wrong one stops the start with a list of every problem.
The file \`.env.example\` has them all, commented out. The process reads no such file by itself:
give it to Node (\`node --env-file=.env dist/src/main.js\`) or to your container engine.

This page is made from the classes in \`src/config/\` by \`npm run docs:configuration\`. Change the sentence there, not here.
`;

/** What a value has to be, as far as the decorators of the class say so in one word. */
function kindOf({ decorators }: Setting): string {
  if (decorators.has('Flag')) return '`true` or `false`';
  const bounds = decorators.get('Int');
  if (bounds !== undefined) return rangeOf(bounds.map((bound) => Number(bound.replaceAll('_', ''))));
  const listed = /^\[(.*)\]$/s.exec(decorators.get('IsIn')?.[0] ?? '')?.[1];
  if (listed !== undefined) return listed.replaceAll(/'([^']*)'/g, '`$1`').replaceAll(/\s+/g, ' ');
  if (decorators.has('WorkerCount')) return '`auto` or number from 1 to 256';
  if (decorators.has('Url')) return 'URL';
  if (decorators.has('Host')) return 'host';
  if (decorators.has('QuotaList')) return '`name=number` list';
  return decorators.has('List') ||
    decorators.has('Brokers') ||
    decorators.has('Cidrs') ||
    decorators.has('SecretKeys')
    ? 'list'
    : 'text';
}

function rangeOf([min, max]: readonly number[]): string {
  return max === undefined ? `number from ${min}` : `number from ${min} to ${max}`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null;

const pairsOf = (value: object): string =>
  Object.entries(value)
    .map(([name, one]) => `${name}=${textOf(one)}`)
    .join(',');

/** A default as an operator would write it into the environment. */
export function defaultText(value: unknown): string {
  const text = Array.isArray(value) ? value.join(',') : isMap(value) ? pairsOf(value) : textOf(value ?? '');
  return text === '' ? '' : `\`${text}\``;
}

/** Citations of the protocol lead to it. */
const linked = (sentence: string): string =>
  sentence.replaceAll(/WIRE (\d+(?:\.\d+)*)/g, '[WIRE $1](wire.md)');

const cell = (text: string): string => text.replaceAll('|', '\\|');

function tableOf(settings: readonly Setting[], defaults: Values): string {
  const rows = settings.map((setting) => {
    const { name, sentence } = setting;
    const cells = [`\`${name}\``, defaultText(defaults[name]), kindOf(setting), linked(sentence)];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  return ['| variable | default | value | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The page of all settings, from the source texts of the classes by their headings, and the defaults of the process. */
export async function configurationPage(
  sources: Readonly<Record<string, string>>,
  defaults: Values,
): Promise<string> {
  const sections = Object.entries(sources).map(([heading, source]) => {
    const settings = settingsClassesIn(source).flatMap((one) => one.settings);
    return `## ${heading}\n\n${tableOf(settings, defaults)}\n`;
  });
  return format([HEAD, ...sections].join('\n'), { parser: 'markdown' });
}

/** `.env.example`: every variable with its sentence and its default, commented out. */
export function exampleEnvironment(sources: Readonly<Record<string, string>>, defaults: Values): string {
  const sections = Object.entries(sources).map(([heading, source]) => {
    const lines = settingsClassesIn(source)
      .flatMap((one) => one.settings)
      .map(
        ({ name, sentence }) =>
          `# ${sentence}\n#${name}=${defaultText(defaults[name]).replaceAll('`', '')}\n`,
      );
    return `## ${heading}\n\n${lines.join('\n')}`;
  });
  return `# Settings of the process; made by \`npm run docs:configuration\`. Remove the # in front of a variable to set it.\n\n${sections.join('\n')}`;
}

/** The table of the settings of a destination type; `defaults` is a fresh instance of the class. */
export async function settingsTable(source: string, defaults: object): Promise<string> {
  const settings = settingsClassesIn(source)
    .filter(({ name }) => name.endsWith('Settings'))
    .flatMap((one) => one.settings);
  const rows = settings.map(({ name, sentence, decorators, isOptional }) => {
    const value = (defaults as Values)[name];
    const fallback = value === undefined ? (isOptional ? '' : 'required') : `\`${textOf(value)}\``;
    return `| \`${name}\` | ${fallback} | ${decorators.has('Secret') ? 'yes' : ''} | ${cell(sentence)} |`;
  });
  const lines = ['| setting | default | secret | meaning |', '| --- | --- | --- | --- |', ...rows];
  return format(lines.join('\n'), { parser: 'markdown' });
}
