import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { CallError } from '../../events/call-error.js';
import { wantsDetails } from '../edge/preference.js';
import { allowedMethods } from './allowed-methods.js';
import { detailsOf } from './details.js';
import { errorAnswer } from './error-answer.js';

/** Answers every error as `{success, message, code}`: an SDK that misses one of them sends the call again (WIRE 0.2 item 2). */
@Catch()
export class WireErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) return;
    const methods = error instanceof NotFoundException ? allowedMethods(request) : [];
    if (methods.length > 0) response.setHeader('Allow', methods.join(', '));
    const { status, code, message, headers } = errorAnswer(
      error instanceof NotFoundException ? routeError(methods) : error,
    );
    response.status(status).set('Cache-Control', 'no-store').set(headers);
    const details = error instanceof CallError && wantsDetails(request) ? detailsOf(error.rejected) : [];
    if (details.length === 0) response.removeHeader('Preference-Applied');
    response.json({ success: false, message, code, ...(details.length > 0 && { rejected: details }) });
  }
}

const routeError = (methods: readonly string[]): CallError =>
  methods.length > 0
    ? new CallError('method_not_allowed', `This path takes ${methods.join(', ')}`)
    : new CallError('not_found', 'There is nothing at this path');
