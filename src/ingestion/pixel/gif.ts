import { type Response } from 'express';

/** A transparent image of one pixel, byte for byte RudderStack's (WIRE 4.3). */
export const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');

const HEADERS = {
  'Content-Type': 'image/gif',
  'Content-Length': String(GIF.length),
  'Cache-Control': 'no-cache, no-store, must-revalidate, max-age=0, private',
  Pragma: 'no-cache',
  Expires: '0',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Answers with the image. Written past Express, which would make a 304 of it for `If-None-Match` (WIRE 10.4); for HEAD Node
 * leaves the body out.
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
