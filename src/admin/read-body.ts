import { Readable } from 'node:stream';
import { Injectable, type NestMiddleware } from '@nestjs/common';
import { type NextFunction, json, type Request, type Response } from 'express';
import { Arrivals, TooManyArriving } from '../arrivals/arrivals.js';
import { BodyTooLarge, readBytes } from '../arrivals/read-bytes.js';
import { type AdminRequest } from './access/actor.js';
import { bodyProblem, contentProblem } from './problems/body-problem.js';
import { Problem } from './problems/problem.js';

interface BodyLimit {
  readonly bytes: number;
  readonly text: string;
  /** Parses what a stream sends, inflated to at most the limit. */
  readonly parse: ReturnType<typeof json>;
}

const limitOf = (bytes: number, text: string): BodyLimit => ({
  ...{ bytes, text },
  parse: json({ limit: bytes, strict: false, type: () => true }),
});

/** A workspace's whole configuration, which a document to apply is, may be large; everything else is one resource. */
const LARGE = limitOf(5 * 1024 * 1024, '5 MB');
const USUAL = limitOf(256 * 1024, '256 kB');
const APPLY = /^\/admin\/v1\/workspaces\/[^/]+\/apply\/?$/i;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/**
 * Reads the body of a request to the administration, after its token was checked, within the memory that all arriving bodies
 * share. The guard answers a body that cannot be read, because the workspace and the role come first.
 */
@Injectable()
export class ReadBody implements NestMiddleware<AdminRequest, Response> {
  constructor(private readonly arrivals: Arrivals) {}

  async use(request: AdminRequest, response: Response, next: NextFunction): Promise<void> {
    const limit = request.method === 'PUT' && APPLY.test(`${request.baseUrl}${request.path}`) ? LARGE : USUAL;
    try {
      request.body = await this.bodyOf(request, response, limit);
    } catch (error) {
      request.bodyFault = faultOf(error, limit);
    }
    next();
  }

  private async bodyOf(request: AdminRequest, response: Response, limit: BodyLimit): Promise<unknown> {
    const { headers } = request;
    const length = headers['content-length'];
    if (headers['transfer-encoding'] === undefined && (length === undefined || length === '0')) return {};
    if (!JSON_TYPE.test(headers['content-type'] ?? ''))
      throw new Problem('unsupported_media_type', 'Send Content-Type: application/json');
    const bytes = await readBytes(request, limit.bytes, this.arrivals);
    const body = await parsed(bytes, request, response, limit);
    const fault = contentProblem(body);
    if (fault) throw fault;
    return body;
  }
}

/** Express's parser reads from a stream, so the bytes become one again, with the headers that tell how to decode them. */
function parsed(
  bytes: Buffer,
  { headers }: AdminRequest,
  response: Response,
  { parse }: BodyLimit,
): Promise<unknown> {
  const arrived = Object.assign(Readable.from([bytes]), { headers }) as unknown as Request;
  return new Promise((resolve, reject) => {
    parse(arrived, response, (error?: unknown) => {
      if (error instanceof Error) reject(error);
      else resolve(arrived.body);
    });
  });
}

function faultOf(error: unknown, { text }: BodyLimit): Error {
  if (error instanceof BodyTooLarge)
    return new Problem('payload_too_large', `The body is larger than ${text}`);
  if (error instanceof TooManyArriving)
    return new Problem(
      'too_many_requests',
      'Too much data arrives at this instance: send the request again',
      {
        headers: { 'Retry-After': '1' },
      },
    );
  return error instanceof Error ? bodyProblem(error, text) : new Error('The body cannot be read');
}
