import { Injectable } from '@nestjs/common';
import { type Response } from 'express';
import { type AdminRequest } from './access/actor.js';
import { TokenCheck } from './access/token-check.js';
import { bodyProblem } from './problems/body-problem.js';
import { Problem } from './problems/problem.js';
import { ProblemFilter } from './problems/problem.filter.js';

/** Answers requests under `/admin/v1` that match no route: 404 for the holder of an admin token, 401 for all others. */
@Injectable()
export class UnknownPath {
  constructor(
    private readonly tokens: TokenCheck,
    private readonly filter: ProblemFilter,
  ) {}

  async answer(request: AdminRequest, response: Response): Promise<void> {
    const problem = await this.problemOf(request).catch((error: unknown) => error);
    this.filter.answer(problem, response);
  }

  /** In the order of the guard: the token, then the body, then the path. */
  private async problemOf(request: AdminRequest): Promise<Problem> {
    await this.tokens.actorOf(request.headers.authorization);
    if (request.bodyFault) return bodyProblem(request.bodyFault);
    return new Problem('not_found', 'There is nothing at this path, or not with this method');
  }
}
