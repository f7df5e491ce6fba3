/** Every kind of problem (RFC 9457) of the administration, with its status and title. */
export const PROBLEMS = {
  invalid_json: { status: 400, title: 'The body is not valid JSON' },
  unauthorized: { status: 401, title: 'A valid admin token is needed' },
  forbidden: { status: 403, title: 'The token may not do this' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'The path does not support this method' },
  duplicate: { status: 409, title: 'It already exists' },
  in_use: { status: 409, title: 'The resource is in use' },
  conflict: { status: 409, title: 'The state of the resource does not allow this' },
  quota_exceeded: { status: 409, title: 'A quota of the workspace is reached' },
  precondition_failed: { status: 412, title: 'The resource was changed in the meantime' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be JSON' },
  invalid_request: { status: 422, title: 'The request is not valid' },
  type_not_allowed: { status: 422, title: 'The operator does not allow this destination type' },
  secrets_required: { status: 422, title: 'The stored secrets must be sent again' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key was used for another request' },
  too_many_requests: { status: 429, title: 'Too many requests at once' },
  internal_error: { status: 500, title: 'An unexpected error in the server' },
  unavailable: { status: 503, title: 'The administration is unavailable' },
  query_timeout: { status: 503, title: 'Postgres did not finish in time' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** One fault of a request. `pointer` (JSON pointer, RFC 6901) locates it in the body, `parameter` in the query or headers. */
export interface ProblemPart {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly detail: string;
}

/** A resource that uses another one, which therefore cannot be deleted. */
export interface Usage {
  readonly type: string;
  readonly id: string;
  readonly name?: string;
}

/** A quota of a workspace that a change would exceed. */
export interface ExceededQuota {
  readonly name: string;
  readonly limit: number;
  /** What the workspace has. */
  readonly used: number;
  /** What it would have after the change. */
  readonly needed: number;
}

export interface ProblemExtras {
  readonly faults?: readonly ProblemPart[];
  readonly usedBy?: readonly Usage[];
  readonly quotas?: readonly ExceededQuota[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that is answered as a problem. The code decides the status; the detail says what happened and what to do. */
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

/** A problem with one or more faults. Its detail joins theirs. */
export const problemWith = (code: ProblemCode, faults: readonly ProblemPart[]): Problem =>
  new Problem(code, faults.map(({ detail }) => detail).join('; '), { faults });

/** Throws a problem if there is any fault. */
export function refuseFaults(code: ProblemCode, faults: readonly ProblemPart[]): void {
  if (faults.length > 0) throw problemWith(code, faults);
}

/** The same answer for a resource that does not exist and for one of another workspace. */
export const notFound = (type: string, id: string): Problem =>
  new Problem('not_found', `There is no ${type} ${id}`);

/** A fault of one field that the validation of its class cannot find. */
export const invalid = (pointer: string, detail: string): Problem =>
  new Problem('invalid_request', detail, { faults: [{ pointer, detail }] });
