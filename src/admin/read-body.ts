import { type NextFunction, json, type Response } from 'express';
import { type AdminRequest } from './access/actor.js';
import { contentProblem } from './problems/body-problem.js';
import { Problem } from './problems/problem.js';

const parse = json({ limit: '5mb', strict: false, type: () => true });
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/** Parses the body of a request to the administration. The guard answers a body that cannot be read, after it has checked the token. */
export function readBody(request: AdminRequest, response: Response, next: NextFunction): void {
  response.setHeader('Cache-Control', 'no-store');
  const length = request.headers['content-length'];
  const isEmpty =
    request.headers['transfer-encoding'] === undefined && (length === undefined || length === '0');
  if (isEmpty) {
    request.body = {};
    next();
    return;
  }
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
    request.bodyFault = new Problem('unsupported_media_type', 'Send Content-Type: application/json');
    next();
    return;
  }
  parse(request, response, (error?: unknown) => {
    const fault = error instanceof Error ? error : contentProblem(request.body);
    if (fault) request.bodyFault = fault;
    next();
  });
}
