import { type NextFunction, type Request, type Response } from 'express';

/** A transparent image of one pixel, byte for byte RudderStack's (WIRE 4.3). */
export const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');

const HEADERS = {
  'Content-Type': 'image/gif',
  'Content-Length': String(GIF.length),
  'Cache-Control': 'no-cache, no-store, must-revalidate, max-age=0, private',
  Pragma: 'no-cache',
  Expires: '0',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/**
 * Answers with the image. Bypasses Express, which would answer `If-None-Match` with 304 (WIRE 10.4). Node leaves the body out
 * of an answer to HEAD.
 */
export function sendGif(
  response: Response,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) return;
  if (!response.hasHeader('Access-Control-Allow-Origin')) {
    response.setHeader('Access-Control-Allow-Origin', '*');
  }
  response.writeHead(status, { ...HEADERS, ...headers });
  response.end(GIF);
}

/** Express middleware: answers a HEAD, which prefetchers send, without an event (WIRE 4.3). Express would run the GET handler. */
export function answerHead(request: Request, response: Response, next: NextFunction): void {
  if (request.method === 'HEAD') sendGif(response);
  else next();
}
