import { describe, expect, it } from 'vitest';
import { sources } from './sources.js';

const EXPORT =
  /^export (?:declare |abstract |async |default )*(?:class|interface|type|const|let|function\*?|enum) (\w+)/gm;

const COMMENT = /\/\*\*[^]*?\*\/|^\s*\/\/.*$/gm;
/** Pronouns that stand for an actor whose name the reader wants: caller, worker, operator, tenant, instance. */
const PRONOUN = /\b(?:nobody|somebody|whoever|whatever|everybody)\b/gi;

const comments = sources.map(({ file, text }) => ({ file, text: (text.match(COMMENT) ?? []).join('\n') }));

describe('the words', () => {
  it('have one meaning each: no name is exported twice', () => {
    const homes = new Map<string, Set<string>>();
    for (const { file, text } of sources)
      for (const [, name = ''] of text.matchAll(EXPORT))
        homes.set(name, (homes.get(name) ?? new Set()).add(file));
    const twice = [...homes].filter(([, files]) => files.size > 1);
    expect(twice.map(([name, files]) => `${name}: ${[...files].join(', ')}`)).toEqual([]);
  });

  it('name the actor: at most one pronoun for a role in 2,000 words of comments', () => {
    const words = comments.reduce((sum, { text }) => sum + text.split(/\s+/).length, 0);
    const found = comments.flatMap(({ file, text }) =>
      (text.match(PRONOUN) ?? []).map((word) => `${file}: ${word}`),
    );
    expect(words).toBeGreaterThan(10_000);
    expect(found.length, found.join('\n')).toBeLessThanOrEqual(words / 2_000);
  });

  it('are `eventLog` for the log of events and `logger` for log lines', () => {
    const faulty = sources.filter(({ text }) =>
      /\b(?:log|lines)\s*(?::\s*(?:Logger|EventLog)|= new Logger)\b/.test(text),
    );
    expect(faulty.map(({ file }) => file)).toEqual([]);
  });
});
