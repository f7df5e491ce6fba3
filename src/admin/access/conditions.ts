import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { Fails } from '../problems/problem-docs.js';

/** A POST that may be sent again when its answer was lost (`Changes.run`). */
export function Repeatable(): MethodDecorator {
  const description =
    'A text of your own, kept for 24 hours: the same request with the same key gets the first answer and does nothing.';
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description,
      schema: { type: 'string', maxLength: 255 },
    }),
    Fails('idempotency_key_reused'),
  );
}

/** A change that may name the version it was made for (`Change.expect`). */
export function Conditional(): MethodDecorator {
  const description =
    'The entity tag that was read, such as `"3"`: refused when somebody changed it meanwhile.';
  return applyDecorators(
    ApiHeader({ name: 'If-Match', required: false, description, schema: { type: 'string' } }),
    Fails('precondition_failed'),
  );
}

/** A route that reads a body. */
export function Reads(): MethodDecorator {
  return Fails('invalid_json', 'payload_too_large', 'unsupported_media_type', 'invalid_request');
}
