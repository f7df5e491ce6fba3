import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, configNames } from '../../src/config/load-config.js';

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

/** `| NAME | default | meaning |` */
const rowOf = (name: string) => new RegExp(`^\\| \`${name}\` +\\| ([^|]*)\\|`, 'm').exec(README)?.[1]?.trim();

describe('the settings table of the README', () => {
  const defaults = loadConfig({}) as unknown as Record<
    string,
    string | number | boolean | string[] | undefined
  >;

  it.each(configNames())('tells %s with its default', (name) => {
    const value = defaults[name];
    const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
    expect(rowOf(name)).toBe(text === '' ? '' : `\`${text}\``);
  });
});
