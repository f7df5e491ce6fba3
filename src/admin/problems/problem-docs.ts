import { applyDecorators } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { PROBLEMS, type ProblemCode } from './problem.js';
import { ProblemDto } from './problem.dto.js';

/** The varying part of each problem's example in the API document. */
const EXAMPLES: Record<ProblemCode, object> = {
  invalid_json: { detail: 'The body is not JSON: Unexpected end of JSON input' },
  unauthorized: { detail: 'The admin token is unknown, expired or revoked' },
  forbidden: { detail: 'This needs a token with the role workspace-admin; yours has workspace-viewer' },
  not_found: { detail: 'There is no source src_0Uq3b2VtZ8kQ1x7mYd4HpR' },
  method_not_allowed: { detail: 'This path supports GET and POST' },
  duplicate: {
    detail: 'The name is taken',
    errors: [{ pointer: '/name', detail: 'The name is taken' }],
  },
  in_use: {
    detail: 'The source is used by 1 connection',
    usedBy: [{ type: 'connection', id: 'con_0Uq3b2VtZ8kQ1x7mYd4HpR' }],
  },
  conflict: { detail: 'The write key is revoked' },
  quota_exceeded: {
    detail:
      'The quota sources of the workspace is 1000: it has 1000 and would have 1001. Delete some, or ask an instance admin for a higher quota',
    quotas: [{ name: 'sources', limit: 1000, used: 1000, needed: 1001 }],
  },
  precondition_failed: { detail: 'The entity tag is "3" now: read the resource again' },
  payload_too_large: { detail: 'The body is larger than 256 kB' },
  unsupported_media_type: { detail: 'Send Content-Type: application/json' },
  invalid_request: {
    detail: 'name must be a string',
    errors: [{ pointer: '/name', detail: 'name must be a string' }],
  },
  type_not_allowed: {
    detail: 'The operator does not allow destinations of the type console',
    errors: [{ pointer: '/type', detail: 'The operator does not allow destinations of the type console' }],
  },
  secrets_required: {
    detail: 'The destination would call another address: send secret again, or null to remove it',
    errors: [
      {
        pointer: '/settings/secret',
        detail: 'The destination would call another address: send secret again, or null to remove it',
      },
    ],
  },
  idempotency_key_reused: { detail: 'This Idempotency-Key was used for another request' },
  too_many_requests: { detail: 'Other tests are in progress: wait for their answers' },
  internal_error: { detail: 'The log of this instance has the cause' },
  unavailable: { detail: 'Postgres is unavailable: try again later' },
  query_timeout: {
    detail: 'Postgres cancelled the query after its time limit: ask for less, or try again later',
  },
};

const CODES = Object.keys(PROBLEMS) as ProblemCode[];
const FAILURES = 'tributary:failures';

/** Problems of every route that reads a body. */
const OF_BODIES = ['invalid_json', 'payload_too_large', 'unsupported_media_type', 'invalid_request'] as const;

/** Lists problems that a route may answer with. Several of these on one route add up. */
export function Fails(...codes: readonly ProblemCode[]): MethodDecorator {
  return (_target, _name, descriptor) => {
    const route = descriptor.value as object;
    Reflect.defineMetadata(FAILURES, new Set([...failuresOf(route), ...codes]), route);
  };
}

/**
 * Writes the problems of a controller's routes into the API document. A decorator of the class, because class decorators
 * run last, when every decorator of a route has added its problems. Problems with the same status share a response.
 */
export function DocumentsFailures(): ClassDecorator {
  return (controller) => {
    ApiExtraModels(ProblemDto)(controller);
    const routes = controller.prototype as object;
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(routes))) {
      if (typeof descriptor.value !== 'function') continue;
      const failures = new Set([
        ...failuresOf(descriptor.value as object),
        ...(readsBody(controller, name) ? OF_BODIES : []),
      ]);
      const codes = CODES.filter((code) => failures.has(code));
      if (codes.length > 0) applyDecorators(...responsesOf(codes))(routes, name, descriptor);
    }
  };
}

const failuresOf = (route: object): ReadonlySet<ProblemCode> =>
  (Reflect.getMetadata(FAILURES, route) as ReadonlySet<ProblemCode> | undefined) ?? new Set();

/** Whether a route has a `@Body` parameter. Nest keeps the parameters of a route under keys such as `3:1`: kind and index. */
function readsBody(controller: object, route: string): boolean {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, route) ?? {}) as object;
  return Object.keys(parameters).some((key) => key.startsWith(`${RouteParamtypes.BODY}:`));
}

function responsesOf(codes: readonly ProblemCode[]): MethodDecorator[] {
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))];
  return statuses.map((status) => {
    const shared = codes.filter((code) => PROBLEMS[code].status === status);
    const examples = Object.fromEntries(shared.map((code) => [code, { value: exampleOf(code) }]));
    return ApiResponse({
      status,
      description: shared.map((code) => PROBLEMS[code].title).join('; or: '),
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) }, examples } },
    });
  });
}

function exampleOf(code: ProblemCode): ProblemDto {
  const { status, title } = PROBLEMS[code];
  return { type: `urn:tributary:problem:${code}`, title, status, code, ...EXAMPLES[code] } as ProblemDto;
}
