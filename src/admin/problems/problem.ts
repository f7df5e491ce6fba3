/** Every kind of problem the administration answers with: its status and what it is called (RFC 9457). */
export const PROBLEMS = {
  invalid_json: { status: 400, title: 'The body is not valid JSON' },
  unauthorized: { status: 401, title: 'A valid admin token is needed' },
  forbidden: { status: 403, title: 'The token may not do this' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'This path does not take this method' },
  duplicate: { status: 409, title: 'It exists already' },
  in_use: { status: 409, title: 'It is in use' },
  conflict: { status: 409, title: 'Its state does not allow this' },
  precondition_failed: { status: 412, title: 'It was changed meanwhile' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be JSON' },
  invalid_request: { status: 422, title: 'The request is not valid' },
  secrets_required: { status: 422, title: 'The stored secrets must be given again' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key belongs to another request' },
  too_many_requests: { status: 429, title: 'Too much at once' },
  internal_error: { status: 500, title: 'Something went wrong here' },
  unavailable: { status: 503, title: 'The administration is unavailable' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** One fault of a request; of a body field by its JSON pointer (RFC 6901), of the query by its parameter. */
export interface ProblemPart {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly detail: string;
}

/** What keeps a resource from being deleted. */
export interface Usage {
  readonly type: string;
  readonly id: string;
  readonly name?: string;
}

export interface ProblemExtras {
  readonly faults?: readonly ProblemPart[];
  readonly usedBy?: readonly Usage[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is answered with a problem; the code decides the status, the detail says what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly extras: ProblemExtras = {},
  ) {
    super(detail);
  }
}

/** The same for what does not exist and for what belongs to somebody else. */
export const notFound = (type: string, id: string): Problem =>
  new Problem('not_found', `There is no ${type} ${id}`);

/** A value of a field that its class allows and its meaning does not. */
export const invalid = (pointer: string, detail: string): Problem =>
  new Problem('invalid_request', detail, { faults: [{ pointer, detail }] });
