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
  const types = [schema.type ?? []].flat();
  if (types.length > 1) return fc.oneof(...types.map((type) => valid({ ...schema, type }, document)));
  switch (types[0]) {
    case 'null':
      return fc.constant(null);
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
    const json = JSON.stringify(whole, (_, part: unknown) => (visited++ === chosen ? structuredClone(other) : part));
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

/** What a request shows of itself, mostly the right one. */
const credential = (right: string) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(right) },
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: text },
  );

/** What there is at the product that the requests go to. */
export interface Known {
  readonly token: string;
  /** Ids by the names of path parameters. */
  readonly ids: Readonly<Record<string, string>>;
}

/** Requests for an operation: right ones, nearly right ones, and wild ones. */
export function requestsOf(operation: Operation, document: OpenApi, known: Known): Arbitrary<TestRequest> {
  const isAdministration = operation.path.startsWith('/admin/');
  const parameters = operation.parameters ?? [];
  const values = fc.tuple(
    ...parameters.map((one) => {
      const id = one.in === 'path' ? known.ids[one.name] : undefined;
      const any = parameter(one, document);
      return id === undefined ? any : fc.oneof({ weight: 4, arbitrary: fc.constant(id) }, any);
    }),
  );
  // The administration refuses every parameter that it does not know, and would be asked nothing else.
  const unknown = fc.dictionary(text, text, { maxKeys: 3 });
  const more = isAdministration
    ? fc.oneof({ weight: 6, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: unknown })
    : unknown;
  const right = isAdministration ? known.token : WRITE_KEY;
  return fc
    .tuple(values, more, credential(right), bodyOf(operation, document))
    .map(([given, others, shown, body]) => {
      const of = (place: Parameter['in']) =>
        parameters.flatMap(({ name, in: where }, index): [string, string][] => {
          const value = given[index];
          return where === place && value !== undefined ? [[name, value]] : [];
        });
      const inQuery = isAdministration || shown === undefined ? [] : [['writeKey', shown]];
      const query = [...of('query'), ...inQuery, ...Object.entries(others)];
      const path = of('path').reduce(
        // An address cannot hold an empty segment, nor one of dots.
        (whole, [name, value]) =>
          whole.replace(`{${name}}`, escaped(/^\.*$/.test(value) ? WRITE_KEY : value)),
        operation.path,
      );
      return {
        target: `${path}?${query.map((pair) => pair.map(escaped).join('=')).join('&')}`,
        headers: {
          ...Object.fromEntries(of('header').map(([name, value]) => [name, fitForHeader(value)])),
          ...(isAdministration && body !== undefined && { 'Content-Type': 'application/json' }),
          ...(shown !== undefined && { Authorization: authorization(shown, isAdministration) }),
        },
        body,
      };
    });
}

const authorization = (shown: string, isAdministration: boolean): string =>
  isAdministration ? `Bearer ${fitForHeader(shown)}` : `Basic ${Buffer.from(`${shown}:`).toString('base64')}`;

const fitForHeader = (value: string): string => value.replace(/[^ -~]/g, '');
