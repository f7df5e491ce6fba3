import { type ExceptionFilter, RequestMethod, type Type } from '@nestjs/common';
import {
  EXCEPTION_FILTERS_METADATA,
  HEADERS_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
} from '@nestjs/common/constants.js';
import { transportOf } from '../auth/transport.js';
import { type CallTransport } from '../events/call.js';
import { type CallKind, kindOf } from './edge/incoming.js';

/** A route of calls as its controller declares it. */
export interface DeclaredRoute {
  /** Method and path, such as `POST /v1/track`; a method of a controller may have several. */
  readonly addresses: readonly string[];
  readonly kind: CallKind;
  readonly transport: CallTransport;
  /** Header fields of the answer to an accepted call. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Answers the errors; undefined for the filter of the application. */
  readonly filter: Type<ExceptionFilter> | undefined;
}

/** The routes of a controller that take a call. */
export function declaredRoutes(controller: Type): DeclaredRoute[] {
  const methods = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(methods).flatMap((name) => {
    const kind = kindOf(controller, name);
    const handler = methods[name];
    return kind === undefined || handler === undefined ? [] : [declaredRoute(controller, handler, kind)];
  });
}

function declaredRoute(controller: Type, handler: object, kind: CallKind): DeclaredRoute {
  const method = RequestMethod[read(METHOD_METADATA, handler) as RequestMethod];
  const [filter] = (read(EXCEPTION_FILTERS_METADATA, controller) ?? []) as Type<ExceptionFilter>[];
  return {
    addresses: pathsOf(controller).flatMap((prefix) =>
      pathsOf(handler).map((path) => `${method} ${joined(prefix, path)}`),
    ),
    kind,
    transport: transportOf(controller),
    headers: (read(HEADERS_METADATA, handler) ?? []) as DeclaredRoute['headers'],
    filter,
  };
}

const read = (key: string, target: object): unknown => Reflect.getMetadata(key, target);

const pathsOf = (target: object): string[] => [read(PATH_METADATA, target) as string | string[]].flat();

const joined = (...parts: string[]): string =>
  parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .reduce((path, part) => `${path}/${part}`, '');
