import { Injectable } from '@nestjs/common';
import { type Response } from 'express';
import { type AdminRequest } from './access/actor.js';
import { Problem } from './problems/problem.js';
import { ProblemFilter } from './problems/problem.filter.js';

/** The part of an Express router that is read here: its layers, in the order in which they were added. */
interface Layer {
  match(path: string): boolean;
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

/** Answers requests of identified callers under `/admin/v1` that match no route: 405 with `Allow`, or 404. */
@Injectable()
export class UnknownPath {
  /** Path of the route that leads here; it matches every path, so it is no reason for 405. */
  static readonly ROUTE = '/admin/v1/*path';

  constructor(private readonly filter: ProblemFilter) {}

  answer(request: AdminRequest, response: Response): void {
    this.filter.answer(request.bodyFault ?? problemOf(request), response);
  }
}

function problemOf(request: AdminRequest): Problem {
  const methods = allowedMethods(request);
  if (methods.length === 0) return new Problem('not_found', 'There is nothing at this path');
  const allow = methods.join(', ');
  return new Problem('method_not_allowed', `The methods of this path are ${allow}`, {
    headers: { Allow: allow },
  });
}

/** The router's layers are not documented by Express: to be checked when Express is upgraded. */
function allowedMethods({ app, path }: AdminRequest): string[] {
  const layers = (app.router as unknown as { stack: readonly Layer[] }).stack;
  const routes = layers.flatMap((layer) =>
    layer.route && layer.route.path !== UnknownPath.ROUTE && layer.match(path) ? [layer.route] : [],
  );
  const named = routes.flatMap(({ methods }) => Object.keys(methods).map((name) => name.toUpperCase()));
  return [...new Set(named.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
}
