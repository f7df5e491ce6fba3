import { type NextFunction, type Request, type Response } from 'express';

/** Paths of SDKs whose host was set without `/v1`, and of those whose host was set to the path of another (WIRE 1.1). */
const BARE = /^\/(?=(?:[tipsgabm]|batch|import)\/?(?:\?|$))/i;
const TWICE = /^\/v1\/batch\/(?=b\/?(?:\?|$))/i;

/** Makes the paths of misconfigured SDKs usual ones, so that everything behind sees only those. */
export function usualPath(request: Request, _response: Response, next: NextFunction): void {
  request.url = request.url.replace(TWICE, '/v1/').replace(BARE, '/v1/');
  next();
}
