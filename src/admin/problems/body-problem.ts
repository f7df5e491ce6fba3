import { Problem } from './problem.js';

/** What express's body parser says it could not do; `type` is its documented name for it. */
export function bodyProblem(error: Error): Problem {
  if (error instanceof Problem) return error;
  const type: unknown = 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large') return new Problem('payload_too_large', 'The body may have 5 MB');
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new Problem('unsupported_media_type', 'Send UTF-8, plain or as gzip, deflate or br');
  return new Problem('invalid_json', `The body is not JSON: ${error.message}`);
}
