import { Injectable, type NestMiddleware } from '@nestjs/common';
import { type NextFunction, type Response } from 'express';
import { ProblemFilter } from '../problems/problem.filter.js';
import { type AdminRequest } from './actor.js';
import { TokenCheck } from './token-check.js';

/**
 * Identifies the caller of every path under `/admin` by its token, which is in the headers, before its body is read: a
 * stranger's body would take memory, and its parsing time of the event loop.
 */
@Injectable()
export class CheckToken implements NestMiddleware<AdminRequest, Response> {
  constructor(
    private readonly tokens: TokenCheck,
    private readonly filter: ProblemFilter,
  ) {}

  async use(request: AdminRequest, response: Response, next: NextFunction): Promise<void> {
    response.setHeader('Cache-Control', 'no-store');
    try {
      request.actor = await this.tokens.actorOf(request);
    } catch (error) {
      this.filter.answer(error, response);
      return;
    }
    next();
  }
}
