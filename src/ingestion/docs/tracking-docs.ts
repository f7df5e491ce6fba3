import { applyDecorators, Header, type Type } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiResponse } from '@nestjs/swagger';
import { ErrorResponse, SuccessResponse } from '../answers/answers.dto.js';

const refusal = (status: number, code: string, message: string, description: string) =>
  ApiResponse({ status, type: ErrorResponse, description, example: { success: false, message, code } });

/** The errors of every JSON route (WIRE 1.6). */
export const ApiRefusals = (): ClassDecorator & MethodDecorator =>
  applyDecorators(
    refusal(
      400,
      'no_user_anon_id',
      'A message needs a userId or an anonymousId',
      'The call is invalid. A retry cannot succeed.',
    ),
    refusal(
      401,
      'invalid_write_key',
      'An invalid write key was provided',
      'The write key is missing or not valid.',
    ),
    refusal(
      403,
      'origin_not_allowed',
      'This write key does not allow the origin of this page: add it to the allowed origins of the key',
      'The write key does not allow this kind of caller, origin or address (`scope_not_allowed`, `origin_not_allowed`, ' +
        '`address_not_allowed`). A retry cannot succeed until the key is changed.',
    ),
    refusal(
      429,
      'rate_limited',
      'Too many events at once, try again soon',
      'Too many calls or events at once. `Retry-After` has the seconds to wait.',
    ),
    refusal(
      503,
      'unavailable',
      'Events cannot be stored now, try again later',
      'Nothing was stored. `Retry-After` has the seconds to wait.',
    ),
  );

/** A route that takes JSON messages: its body with a complete example, and its answer, which must not be cached. */
export const AnswersJson = (body: Type, example: object): MethodDecorator =>
  applyDecorators(
    Header('Cache-Control', 'no-store'),
    ApiBody({ type: body, examples: { example: { value: example } } }),
    ApiOkResponse({
      type: SuccessResponse,
      description: 'Stored durably. Without `Prefer`, the body is exactly `{"success":true}`.',
      example: { success: true },
    }),
    ApiHeader({
      name: 'Prefer',
      description: 'With `return=representation`, the answer lists the outcome of the messages.',
      required: false,
    }),
  );
