import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { Fails } from '../problems/problem-docs.js';

const REPEATABLE = 'tributary:repeatable';
const CONDITIONAL = 'tributary:conditional';

/** Makes a POST honour `Idempotency-Key` (`Changes.run`), and documents the header. Without this the header is ignored. */
export function Repeatable(): MethodDecorator {
  const description =
    'A text of your own, kept for 24 hours. A request that repeats it gets the first answer and changes nothing.';
  return applyDecorators(
    SetMetadata(REPEATABLE, true),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description,
      schema: { type: 'string', maxLength: 255 },
    }),
    Fails('idempotency_key_reused'),
  );
}

/** Makes a change honour `If-Match` (`Change.expect`), and documents the header. Without this the header is ignored. */
export function Conditional(): MethodDecorator {
  const description =
    'The entity tag that you read, such as `"3"`. The change is refused when the resource has another version now.';
  return applyDecorators(
    SetMetadata(CONDITIONAL, true),
    ApiHeader({ name: 'If-Match', required: false, description, schema: { type: 'string' } }),
    Fails('precondition_failed'),
  );
}

export const isRepeatable = (route: object): boolean => Reflect.getMetadata(REPEATABLE, route) === true;

export const isConditional = (route: object): boolean => Reflect.getMetadata(CONDITIONAL, route) === true;
