import { pointerTo } from '../../events/json-pointer.js';
import { isDeeperThan } from '../../normalization/draft/json.js';
import { invalid, Problem } from './problem.js';

/** An event may have 200 levels (WIRE 3.7). The body around it adds a few. */
const MAX_LEVELS = 210;

/**
 * Finds what no route accepts in a body: nesting so deep that walking it would exhaust the stack, and text that is not
 * Unicode or contains U+0000, which Postgres refuses or would store changed. Undefined for a sound body.
 */
export function contentProblem(body: unknown): Problem | undefined {
  if (isDeeperThan(body, MAX_LEVELS))
    return new Problem('invalid_request', `The body may be nested at most ${MAX_LEVELS} levels deep`);
  const place = badText(body, '');
  return place === undefined ? undefined : invalid(place, 'Text must be Unicode without U+0000');
}

/** JSON pointer to the first value or name that cannot be stored. */
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

/** The problem for an error of Express's body parser, told apart by its documented `type`. `limit` is for people, as `5 MB`. */
export function bodyProblem(error: Error, limit: string): Problem {
  if (error instanceof Problem) return error;
  const type: unknown = 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large')
    return new Problem('payload_too_large', `The body is larger than ${limit}`);
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new Problem(
      'unsupported_media_type',
      'Send UTF-8, uncompressed or compressed with gzip, deflate or br',
    );
  return new Problem('invalid_json', `The body is not JSON: ${error.message}`);
}
