import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { clientAddress } from '../../auth/keys/client-address.js';
import { type Actor, type AdminRequest } from './actor.js';
import { bearerOf } from './token-check.js';

/** What a change needs to know of the request it came by. */
export interface Asking {
  readonly actor: Actor;
  readonly address: string | null;
  readonly userAgent: string | null;
  /** The `If-Match` header. */
  readonly ifMatch?: string;
  /** What a repetition of this POST would look like; only with the header `Idempotency-Key`. */
  readonly repeatable?: Repetition;
}

export interface Repetition {
  readonly key: string;
  /** Method, path and body, which a repetition has to share. */
  readonly request: string;
  /** The caller's token, under which the answer is kept: whoever cannot bring it again cannot read it. */
  readonly token: string;
}

const MAX_USER_AGENT = 256;

/** Parameter of a route that changes something: who asks, from where, and under which conditions. */
export const Asks = createParamDecorator((_: unknown, context: ExecutionContext): Asking => {
  const request = context.switchToHttp().getRequest<AdminRequest>();
  const { actor, headers } = request;
  if (actor === undefined) throw new Error(`${request.path} has no admin guard`);
  const ifMatch = headers['if-match'];
  const repeatable = request.method === 'POST' ? repeatableOf(request) : undefined;
  return {
    actor,
    address: clientAddress(request) ?? null,
    userAgent: headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null,
    ...(ifMatch !== undefined && { ifMatch }),
    ...(repeatable && { repeatable }),
  };
});

function repeatableOf(request: AdminRequest): Repetition | undefined {
  const key = request.headers['idempotency-key'];
  const token = bearerOf(request.headers.authorization);
  if (typeof key !== 'string' || token === undefined) return undefined;
  return { key, request: `${request.method} ${request.originalUrl}\n${JSON.stringify(request.body)}`, token };
}
