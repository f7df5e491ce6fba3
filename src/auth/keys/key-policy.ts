import { type WriteKey } from '../../database/entities/write-key.entity.js';
import { networkOf, Networks } from './networks.js';
import { originPatternOf, Origins } from './origins.js';

/** Kinds of callers: servers and apps, web pages, images in pages and mails. */
export const WRITE_KEY_SCOPES = ['server', 'browser', 'pixel'] as const;
export type WriteKeyScope = (typeof WRITE_KEY_SCOPES)[number];

/**
 * Who may use a write key, and how much (DESIGN 5.6). Expiry and revocation are not part of it: a rotation copies the policy to
 * the new key, but ends the old one.
 */
export interface KeyPolicy {
  /** Kinds of callers that may use it. */
  scopes: WriteKeyScope[];
  /** Origins of web pages that may use it, such as `https://*.example.com`; empty for any. */
  allowedOrigins: string[];
  /** Networks that may use it; empty for any. */
  allowedCidrs: string[];
  /** Most calls per second; null for no limit of its own. */
  rateLimit: number | null;
}

interface PolicyField<Value> {
  /** Its column of `write_keys`. */
  readonly column: string;
  /** The value that restricts nothing, which is the default. */
  readonly open: Value;
  /** The value in the one form in which it is stored, so that equal values compare equal. */
  readonly stored: (given: Value) => Value;
}

/** Every field of a policy. Database rows, snapshots, rotation, export and apply go by this list. */
const POLICY_FIELDS: { readonly [Name in keyof KeyPolicy]: PolicyField<KeyPolicy[Name]> } = {
  scopes: {
    column: 'scopes',
    open: [...WRITE_KEY_SCOPES],
    stored: (given) => WRITE_KEY_SCOPES.filter((scope) => given.includes(scope)),
  },
  allowedOrigins: {
    column: 'allowed_origins',
    open: [],
    stored: (given) => eachStored(given, originPatternOf),
  },
  allowedCidrs: {
    column: 'allowed_cidrs',
    open: [],
    stored: (given) => eachStored(given, networkOf),
  },
  rateLimit: { column: 'rate_limit', open: null, stored: (given) => given },
};

const NAMES = Object.keys(POLICY_FIELDS) as (keyof KeyPolicy)[];

/** SQL over `write_keys k`: the policy as JSON of the fields that restrict something, null when none does. */
export const POLICY_SQL = `NULLIF(json_strip_nulls(json_build_object(${NAMES.map((name) => {
  const { column, open } = POLICY_FIELDS[name];
  const value = Array.isArray(open) ? `NULLIF(k.${column}, '{${open.join()}}')` : `k.${column}`;
  return `'${name}', ${value}`;
}).join()}))::text, '{}')`;

type ValueOf = <Name extends keyof KeyPolicy>(name: Name) => KeyPolicy[Name] | undefined;

/** The fields that have a value. */
function policyFrom(valueOf: ValueOf): Partial<KeyPolicy> {
  const policy: Partial<KeyPolicy> = {};
  for (const name of NAMES) put(policy, name, valueOf(name));
  return policy;
}

function put<Name extends keyof KeyPolicy>(
  policy: Partial<KeyPolicy>,
  name: Name,
  value: KeyPolicy[Name] | undefined,
): void {
  if (value !== undefined) policy[name] = value;
}

/** The given fields in stored form; fields that are left out stay out. */
export const storedPolicy = (given: Partial<KeyPolicy>): Partial<KeyPolicy> =>
  policyFrom((name) => {
    const value = given[name];
    return value === undefined ? undefined : POLICY_FIELDS[name].stored(value);
  });

/** The given fields in stored form, and the default of every other field. */
export function wholePolicy(given: Partial<KeyPolicy>): KeyPolicy {
  const stored = storedPolicy(given);
  return policyFrom((name) => stored[name] ?? POLICY_FIELDS[name].open) as KeyPolicy;
}

/** The policy in a row of `write_keys`, which holds stored forms only. */
export const policyIn = (row: Pick<WriteKey, keyof KeyPolicy>): KeyPolicy =>
  policyFrom((name) => (row as KeyPolicy)[name]) as KeyPolicy;

/** An entry that cannot be read stays as it is and admits no caller: an empty list would admit every caller. */
const eachStored = (texts: readonly string[], form: (text: string) => string | undefined): string[] => [
  ...new Set(texts.map((text) => form(text) ?? text)),
];

/** A policy in the form that the guard checks; keys with equal policies share the object. */
export interface CompiledPolicy {
  /** Undefined: every kind of caller. */
  readonly scopes: ReadonlySet<WriteKeyScope> | undefined;
  /** Undefined: every origin. */
  readonly origins: Origins | undefined;
  /** Undefined: every network. */
  readonly networks: Networks | undefined;
  readonly rateLimit: number | null;
  /** The fields that restrict something, in stored form, for the snapshot on disk. */
  readonly stored: Partial<KeyPolicy>;
}

/** `text` as `POLICY_SQL` gives it. */
export function compilePolicy(text: string): CompiledPolicy {
  const stored = JSON.parse(text) as Partial<KeyPolicy>;
  const { scopes, allowedOrigins, allowedCidrs, rateLimit = null } = stored;
  return {
    scopes: scopes && new Set(scopes),
    origins: allowedOrigins && new Origins(allowedOrigins),
    networks: allowedCidrs && new Networks(allowedCidrs),
    rateLimit,
    stored,
  };
}
