import fc, { type Arbitrary } from 'fast-check';
import { WRITE_KEY } from '../../support/product.js';
import { type OpenApi, type Operation, type Parameter, resolve, type Schema } from './document.js';

export interface TestRequest {
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom('', ' ', '0', 'null', '__proto__', 'constructor', '\0', '\ud800', '%', '../', '1e400'),
);

const wild: Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  text,
  fc.constantFrom(null, -0, 1e308, 2 ** 63, [], {}, [[]], true),
);

/** What a schema allows. */
function valid(given: Schema, document: OpenApi): Arbitrary<unknown> {
  const schema = resolve(given, document);
  const example = schema.example === undefined ? [] : [fc.constant(schema.example)];
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return fc.oneof(...choices.map((choice) => valid(choice, document)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object':
      return fc.oneof(...example, objectOf(schema, document));
    case 'array':
      return fc.array(valid(schema.items ?? {}, document), { minLength: schema.minItems ?? 0, maxLength: 5 });
    case 'boolean':
      return fc.boolean();
    case 'number':
    case 'integer':
      return fc.integer();
    case 'string': {
      const any = fc.string({ unit: 'grapheme', maxLength: schema.maxLength ?? 60 });
      const date = fc.date({ noInvalidDate: true }).map((time) => time.toISOString());
      return fc.oneof(...example, schema.format === 'date-time' ? date : any);
    }
    case undefined:
    default:
      return wild;
  }
}

function objectOf({ properties = {}, required = [] }: Schema, document: OpenApi): Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, schema]) => [name, valid(schema, document)] as const);
  const known = fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
  return fc
    .tuple(known, fc.dictionary(text, wild, { maxKeys: 3 }))
    .map(([own, more]) => ({ ...more, ...own }));
}

/** Something of it replaced by something else. */
const mutated = (value: Arbitrary<unknown>): Arbitrary<unknown> =>
  fc.tuple(value, fc.nat(), wild).map(([whole, place, other]) => {
    let visited = 0;
    let places = 0;
    JSON.stringify(whole, (_, part: unknown) => (places++, part));
    const chosen = place % Math.max(1, places);
    const json = JSON.stringify(whole, (_, part: unknown) => (visited++ === chosen ? other : part));
    return JSON.parse(json) as unknown;
  });

const json = (value: Arbitrary<unknown>): Arbitrary<string> => value.map((part) => JSON.stringify(part));

function bodyOf({ requestBody }: Operation, document: OpenApi): Arbitrary<string | undefined> {
  const schema = requestBody?.content['application/json']?.schema;
  if (schema === undefined) return fc.constant(undefined);
  const good = valid(schema, document);
  return fc.oneof(
    { weight: 4, arbitrary: json(good) },
    { weight: 4, arbitrary: json(mutated(good)) },
    { weight: 2, arbitrary: json(wild) },
    { weight: 1, arbitrary: text },
  );
}

/** In an address, where a half of a surrogate pair has no form. */
const escaped = (value: unknown): string => encodeURIComponent(Buffer.from(String(value)).toString());

/** Mostly what the document shows, else anything. */
const parameter = ({ schema, required }: Parameter, document: OpenApi): Arbitrary<string | undefined> =>
  fc.oneof(
    ...(required === true ? [] : [fc.constant(undefined)]),
    valid(schema, document).map(String),
    json(mutated(valid(schema, document))),
    text,
  );

const key = fc.oneof(
  { weight: 6, arbitrary: fc.constant(WRITE_KEY) },
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: text },
);

/** Requests for an operation: right ones, nearly right ones, and wild ones. */
export function requestsOf(operation: Operation, document: OpenApi): Arbitrary<TestRequest> {
  const parameters = operation.parameters ?? [];
  const values = fc.tuple(...parameters.map((one) => parameter(one, document)));
  const more = fc.dictionary(text, text, { maxKeys: 3 });
  return fc.tuple(values, more, key, bodyOf(operation, document)).map(([given, others, writeKey, body]) => {
    const of = (place: Parameter['in']) =>
      parameters.flatMap(({ name, in: where }, index): [string, string][] => {
        const value = given[index];
        return where === place && value !== undefined ? [[name, value]] : [];
      });
    const query = [
      ...of('query'),
      ...(writeKey === undefined ? [] : [['writeKey', writeKey]]),
      ...Object.entries(others),
    ];
    const path = of('path').reduce(
      // An address cannot hold an empty segment, nor one of dots.
      (whole, [name, value]) => whole.replace(`{${name}}`, escaped(/^\.*$/.test(value) ? WRITE_KEY : value)),
      operation.path,
    );
    return {
      target: `${path}?${query.map((pair) => pair.map(escaped).join('=')).join('&')}`,
      headers: {
        ...Object.fromEntries(of('header').map(([name, value]) => [name, value.replace(/[^ -~]/g, '')])),
        ...(writeKey !== undefined && {
          Authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
        }),
      },
      body,
    };
  });
}
