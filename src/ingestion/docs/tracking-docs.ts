import { applyDecorators, Header, type Type } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiResponse } from '@nestjs/swagger';
import { ErrorResponse, SuccessResponse } from '../answers/answers.dto.js';

const refusal = (status: number, code: string, message: string, description: string) =>
  ApiResponse({ status, type: ErrorResponse, description, example: { success: false, message, code } });

/** Answers that every JSON route can give instead of a 200 (WIRE 1.6). */
export const ApiRefusals = (): ClassDecorator & MethodDecorator =>
  applyDecorators(
    refusal(
      400,
      'no_user_anon_id',
      'A message needs a userId or an anonymousId',
      'The call is invalid; sending it again is useless.',
    ),
    refusal(401, 'invalid_write_key', 'The write key is missing or unknown', 'The write key is not valid.'),
    refusal(
      403,
      'origin_not_allowed',
      'This write key does not allow the origin of this page: add it to the allowed origins of the key',
      'The write key is not for this kind of caller, origin or address (`scope_not_allowed`, `origin_not_allowed`, ' +
        '`address_not_allowed`); sending it again is useless.',
    ),
    refusal(
      429,
      'rate_limited',
      'Too many events at once, try again soon',
      'Too much at once; `Retry-After` says how many seconds to wait.',
    ),
    refusal(
      503,
      'unavailable',
      'Events cannot be stored now, try again later',
      'Nothing is stored; `Retry-After` says how many seconds to wait.',
    ),
  );

/** A route that takes messages as JSON: its body with one that can be sent as it is, and its answer, which is not to be kept. */
export const AnswersJson = (body: Type, example: object): MethodDecorator =>
  applyDecorators(
    Header('Cache-Control', 'no-store'),
    ApiBody({ type: body, examples: { example: { value: example } } }),
    ApiOkResponse({
      type: SuccessResponse,
      description: 'Durably stored. Without `Prefer`, exactly `{"success":true}`.',
      example: { success: true },
    }),
    ApiHeader({
      name: 'Prefer',
      description: '`return=representation` to be told what became of each message.',
      required: false,
    }),
  );
