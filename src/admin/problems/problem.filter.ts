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
import { isAway } from '../../database/connection/unavailable.js';
import { statementProblem } from './database-problem.js';
import { Problem, PROBLEMS } from './problem.js';
import { type ProblemDto } from './problem.dto.js';

/** Every error of the administration as `application/problem+json`; what nobody expected is logged, and told to nobody. */
@Injectable()
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Administration');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const problem = this.problemOf(error);
    if (response.headersSent) return;
    response
      .status(PROBLEMS[problem.code].status)
      .set({ 'Cache-Control': 'no-store', ...problem.extras.headers })
      .type('application/problem+json')
      .send(JSON.stringify(bodyOf(problem)));
  }

  private problemOf(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof NotFoundException) return new Problem('not_found', 'There is nothing at this path');
    if (error instanceof HttpException && error.getStatus() < 500)
      return new Problem('invalid_request', error.message);
    const refused = statementProblem(error);
    if (refused) return refused;
    if (isAway(error)) {
      this.logger.warn({ event: 'administration.unavailable', reason: 'postgres_away' });
      return new Problem('unavailable', 'Postgres does not answer, try again later', {
        headers: { 'Retry-After': '5' },
      });
    }
    this.logger.error(
      { event: 'administration.failed' },
      error instanceof Error ? error.stack : String(error),
    );
    return new Problem('internal_error', 'The operator finds more in the log');
  }
}

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
  };
}
