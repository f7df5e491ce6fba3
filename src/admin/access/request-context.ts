import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { clientAddress } from '../../auth/keys/client-address.js';
import { type Actor, type AdminRequest } from './actor.js';
import { isConditional, isRepeatable } from './conditions.js';
import { bearerOf } from './token-check.js';

/** What a change needs to know about the request that asked for it. */
export interface RequestContext {
  readonly actor: Actor;
  /** The workspace in the path; null on a route of the instance. */
  readonly workspaceId: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  /** The `If-Match` header, on a route that is `@Conditional`. */
  readonly ifMatch?: string;
  /** Set on a route that is `@Repeatable` when the request has an `Idempotency-Key`. */
  readonly repeatable?: Repetition;
}

/** Identifies a request that the caller may repeat. */
export interface Repetition {
  readonly key: string;
  /** Method, path and body. A repetition must have the same. */
  readonly request: string;
  /** The caller's admin token. The stored answer is encrypted with it, so only its holder can read the answer. */
  readonly token: string;
}

const MAX_USER_AGENT = 256;

/** Parameter of a route: the request's caller, address and conditions. Throws when the route has no admin guard. */
export const Context = createParamDecorator((_: unknown, execution: ExecutionContext): RequestContext => {
  const request = execution.switchToHttp().getRequest<AdminRequest>();
  const route = execution.getHandler();
  const { actor, headers, params } = request;
  if (actor === undefined) throw new Error(`${request.path} has no admin guard`);
  const ifMatch = isConditional(route) ? headers['if-match'] : undefined;
  const repeatable = isRepeatable(route) ? repetitionOf(request) : undefined;
  return {
    actor,
    workspaceId: typeof params['workspaceId'] === 'string' ? params['workspaceId'] : null,
    address: clientAddress(request) ?? null,
    userAgent: headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null,
    ...(ifMatch !== undefined && { ifMatch }),
    ...(repeatable && { repeatable }),
  };
});

function repetitionOf(request: AdminRequest): Repetition | undefined {
  const key = request.headers['idempotency-key'];
  const token = bearerOf(request.headers.authorization);
  if (typeof key !== 'string' || token === undefined) return undefined;
  return { key, request: `${request.method} ${request.originalUrl}\n${JSON.stringify(request.body)}`, token };
}
