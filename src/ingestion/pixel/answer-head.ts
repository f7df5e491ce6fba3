import { type NextFunction, type Request, type Response } from 'express';
import { sendGif } from './gif.js';

/** A HEAD on a pixel is a prefetcher's: headers, no body, no event (WIRE 4.3). Express would run the GET handler. */
export function answerHead(request: Request, response: Response, next: NextFunction): void {
  if (request.method === 'HEAD') sendGif(response);
  else next();
}
