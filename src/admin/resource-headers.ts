import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { type Observable, tap } from 'rxjs';

/** Adds `ETag` to an answer that is one resource, and `Location` to the answer that creates one. */
@Injectable()
export class ResourceHeaders implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      tap((answer) => {
        if (typeof answer !== 'object' || answer === null) return;
        if ('version' in answer && typeof answer.version === 'number')
          response.setHeader('ETag', `"${answer.version}"`);
        const isNew = request.method === 'POST' && response.statusCode === 201;
        if (isNew && 'id' in answer && typeof answer.id === 'string')
          response.setHeader('Location', `${request.path.replace(/\/$/, '')}/${answer.id}`);
      }),
    );
  }
}
