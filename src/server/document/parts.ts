import { type OpenAPIObject } from '@nestjs/swagger';
import { PART_INTRODUCTIONS } from './introduction.js';
import { METHODS } from './operations.js';
import { type PartName, TAGS } from './tags.js';

type PathItem = OpenAPIObject['paths'][string];
type Components = NonNullable<OpenAPIObject['components']>;

/** One part of the document: its operations, their tags, and the components that they use. */
export function partOf(document: OpenAPIObject, part: PartName): OpenAPIObject {
  const names = new Set(TAGS.filter((tag) => tag.part === part).map(({ name }) => name));
  const info = { ...document.info, description: PART_INTRODUCTIONS[part] };
  return withoutUnused({ ...document, info, paths: pathsOf(document, names) });
}

/** The document without unused tags and components, such as those of a role that this process does not have. */
export function withoutUnused(document: OpenAPIObject): OpenAPIObject {
  const operations = Object.values(document.paths).flatMap((item) => METHODS.map((method) => item[method]));
  const tags = new Set(operations.flatMap((operation) => operation?.tags ?? []));
  const schemes = new Set(operations.flatMap((operation) => operation?.security ?? []).flatMap(Object.keys));
  const { schemas = {}, responses = {}, securitySchemes = {} } = document.components ?? {};
  const used = referencesIn(document.paths, document.components ?? {});
  return {
    ...document,
    tags: (document.tags ?? []).filter(({ name }) => tags.has(name)),
    components: {
      ...document.components,
      schemas: pick(schemas, used.schemas),
      responses: pick(responses, used.responses),
      securitySchemes: pick(securitySchemes, schemes),
    },
  };
}

function pathsOf({ paths }: OpenAPIObject, tags: ReadonlySet<string>): OpenAPIObject['paths'] {
  const kept = Object.entries(paths).map(([path, item]): [string, PathItem] => {
    const foreign = METHODS.filter((method) => !item[method]?.tags?.some((tag) => tags.has(tag)));
    return [path, without(item, foreign)];
  });
  return Object.fromEntries(kept.filter(([, item]) => METHODS.some((method) => item[method])));
}

/** Names of the components that paths refer to, directly or through another. */
function referencesIn(paths: OpenAPIObject['paths'], components: Components) {
  const found = { schemas: new Set<string>(), responses: new Set<string>() };
  const visit = (node: unknown): void => {
    const text = JSON.stringify(node);
    for (const [, kind, name = ''] of text.matchAll(/"#\/components\/(schemas|responses)\/([^"]+)"/g)) {
      const names = kind === 'schemas' ? 'schemas' : 'responses';
      if (found[names].has(name)) continue;
      found[names].add(name);
      visit(components[names]?.[name] ?? null);
    }
  };
  visit(paths);
  return found;
}

const pick = <Value>(from: Record<string, Value>, names: ReadonlySet<string>): Record<string, Value> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.has(name)));

const without = (item: PathItem, names: readonly string[]): PathItem =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));
