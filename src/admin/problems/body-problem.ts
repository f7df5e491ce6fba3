import { pointerTo } from '../../destinations/settings/setting-fault.js';
import { isDeeperThan } from '../../normalization/draft/json.js';
import { invalid, Problem } from './problem.js';

/** An event may have 200 levels (WIRE 3.7), and the body that brings it a few more. */
const MAX_LEVELS = 210;

/**
 * What is wrong with a body whatever it is for, or undefined: levels upon levels, which exhaust the stack of whoever looks at
 * them, and text that is not Unicode or holds U+0000, which Postgres can either not store or would store as another text.
 */
export function contentProblem(body: unknown): Problem | undefined {
  if (isDeeperThan(body, MAX_LEVELS))
    return new Problem('invalid_request', `The body may be nested ${MAX_LEVELS} levels deep at most`);
  const place = badText(body, '');
  return place === undefined ? undefined : invalid(place, 'Text must be Unicode without U+0000');
}

/** JSON pointer to the first text, as value or as name, that cannot be stored. */
function badText(value: unknown, pointer: string): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : pointer;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    if (!isStorable(name)) return pointer;
    const found = badText(part, `${pointer}${pointerTo(name)}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isStorable = (text: string): boolean => !text.includes('\0') && !/\p{Surrogate}/u.test(text);

/** What express's body parser says it could not do; `type` is its documented name for it. */
export function bodyProblem(error: Error): Problem {
  if (error instanceof Problem) return error;
  const type: unknown = 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large') return new Problem('payload_too_large', 'The body may have 5 MB');
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new Problem('unsupported_media_type', 'Send UTF-8, plain or as gzip, deflate or br');
  return new Problem('invalid_json', `The body is not JSON: ${error.message}`);
}
