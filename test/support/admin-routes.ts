import { type INestApplication, RequestMethod } from '@nestjs/common';
import { GUARDS_METADATA, METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { AdminGuard } from '../../src/admin/access/admin.guard.js';
import { isConditional, isRepeatable } from '../../src/admin/access/conditions.js';
import { NEEDED_ROLE } from '../../src/admin/access/needs.js';
import { type AdminRole } from '../../src/database/entities/admin-token.entity.js';

/** A way into the administration, as express has it and as its controller declares it. */
export interface AdminRoute {
  readonly method: string;
  /** With its parameters, such as `/admin/v1/workspaces/:workspaceId`. */
  readonly path: string;
  readonly guarded: boolean;
  readonly needed: AdminRole | undefined;
  readonly conditional: boolean;
  readonly repeatable: boolean;
}

type Declared = Omit<AdminRoute, 'method' | 'path'>;

const UNDECLARED: Declared = { guarded: false, needed: undefined, conditional: false, repeatable: false };

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** Where the administration answers requests that match no route. */
const FALLBACK = '/admin/v1/*path';

/** The fallback, once for each method. It has no controller; tests hold it to what a guarded route must do. */
export const FALLBACK_ROUTES: readonly AdminRoute[] = METHODS.map((method) => ({
  method: method.toUpperCase(),
  path: FALLBACK,
  ...{ guarded: true, needed: 'workspace-viewer', conditional: false, repeatable: false },
}));

/** Every route under `/admin` on which the running application answers, except the fallback. */
export function adminRoutesOf(app: INestApplication): AdminRoute[] {
  const declared = declarationsOf(app);
  const express = app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
  return express.router.stack.flatMap(({ route }) => {
    if (route === undefined || !/^\/admin(\/|$)/.test(route.path) || route.path === FALLBACK) return [];
    const methods = METHODS.filter((method) => route.methods[method]);
    return methods.map((method) => {
      const key = `${method.toUpperCase()} ${route.path}`;
      return { method: method.toUpperCase(), path: route.path, ...(declared.get(key) ?? UNDECLARED) };
    });
  });
}

/** What is wrong with how a route is declared. */
export function faultsOf({ method, path, guarded, needed }: AdminRoute): string[] {
  const name = `${method} ${path}`;
  const isOpenToViewers = method !== 'GET' && needed === 'workspace-viewer';
  return [
    ...(guarded ? [] : [`${name} has no guard`]),
    ...(needed === undefined ? [`${name} names no role`] : []),
    ...(isOpenToViewers ? [`${name} lets viewers change something`] : []),
  ];
}

function declarationsOf(app: INestApplication): Map<string, Declared> {
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  const all = controllers.flatMap(({ metatype }) => declarationsIn(metatype as new () => object));
  return new Map(all);
}

function declarationsIn(controller: new () => object): [string, Declared][] {
  const base = Reflect.getMetadata(PATH_METADATA, controller) as string;
  const prototype = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(prototype).flatMap((name): [string, Declared][] => {
    const handler = prototype[name] as object;
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const below = Reflect.getMetadata(PATH_METADATA, handler) as string;
    const path = `/${base}/${below}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
    const guards = [controller, handler].flatMap(
      (target) => (Reflect.getMetadata(GUARDS_METADATA, target) ?? []) as unknown[],
    );
    const needed = Reflect.getMetadata(NEEDED_ROLE, handler) as AdminRole | undefined;
    const conditions = { conditional: isConditional(handler), repeatable: isRepeatable(handler) };
    const declared = { guarded: guards.includes(AdminGuard), needed, ...conditions };
    return [[`${RequestMethod[method]} ${path}`, declared]];
  });
}
