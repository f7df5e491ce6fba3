import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Injectable,
  Logger,
  NotFoundException,
} from '@nestjs/common';
import { type Response } from 'express';
import { isAway, isCancelled } from '../../database/connection/unavailable.js';
import { reasonOf } from '../../resilience/reason-of.js';
import { statementProblem } from './database-problem.js';
import { endEarly, hasUnreadBody } from './end-early.js';
import { Problem, PROBLEMS } from './problem.js';
import { type ProblemDto } from './problem.dto.js';

const MAX_FRAMES = 8;
const RETRY_LATER = { 'Retry-After': '5' };

/** Answers every error of the administration as `application/problem+json`. An unexpected error is logged and not shown. */
@Injectable()
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Administration');

  catch(error: unknown, host: ArgumentsHost): void {
    this.answer(error, host.switchToHttp().getResponse<Response>());
  }

  answer(error: unknown, response: Response): void {
    const problem = this.problemOf(error);
    if (response.headersSent) return;
    response
      .status(PROBLEMS[problem.code].status)
      .set({ 'Cache-Control': 'no-store', ...problem.extras.headers })
      .type('application/problem+json');
    const text = JSON.stringify(bodyOf(problem));
    if (hasUnreadBody(response.req)) endEarly(response.req, response, text);
    else response.send(text);
  }

  private problemOf(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof NotFoundException) return new Problem('not_found', 'There is nothing at this path');
    if (error instanceof HttpException && error.getStatus() < 500)
      return new Problem('invalid_request', error.message);
    const refused = statementProblem(error);
    if (refused) return refused;
    if (isCancelled(error)) {
      this.logger.warn({ event: 'administration.query_cancelled', reason: reasonOf(error) });
      const detail = 'Postgres cancelled the query after its time limit: ask for less, or try again later';
      return new Problem('query_timeout', detail, { headers: RETRY_LATER });
    }
    if (isAway(error)) {
      this.logger.warn({ event: 'administration.unavailable', reason: reasonOf(error) });
      return new Problem('unavailable', 'Postgres is unavailable: try again later', { headers: RETRY_LATER });
    }
    this.logger.error({ event: 'administration.failed', reason: reasonOf(error), stack: framesOf(error) });
    return new Problem('internal_error', 'The log of this instance has the cause');
  }
}

/** Where an error was thrown. Its message is left out, because it may quote a secret; `reasonOf` masks those. */
const framesOf = (error: unknown): string[] =>
  error instanceof Error ? (error.stack?.match(/^ +at .+$/gm) ?? []).slice(0, MAX_FRAMES) : [];

function bodyOf({ code, message, extras }: Problem): ProblemDto {
  const { status, title } = PROBLEMS[code];
  return {
    type: `urn:tributary:problem:${code}`,
    title,
    status,
    code,
    detail: message,
    ...(extras.faults && { errors: [...extras.faults] }),
    ...(extras.usedBy && { usedBy: [...extras.usedBy] }),
    ...(extras.quotas && { quotas: [...extras.quotas] }),
  };
}
