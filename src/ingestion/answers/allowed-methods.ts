import { type Request } from 'express';

/** What is read of an Express router: its layers, in the order they were added. */
interface Layer {
  match(path: string): boolean;
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
}

/** Methods that some route has for the path of a request, as `Allow` lists them; empty when there is no such path. */
export function allowedMethods(request: Request): string[] {
  const layers = (request.app.router as unknown as { stack: readonly Layer[] }).stack;
  const routes = layers.flatMap((layer) => (layer.route && layer.match(request.path) ? [layer.route] : []));
  const methods = new Set(
    routes.flatMap(({ methods }) => Object.keys(methods).map((name) => name.toUpperCase())),
  );
  if (methods.size === 0) return [];
  return [...methods, ...(methods.has('GET') && !methods.has('HEAD') ? ['HEAD'] : []), 'OPTIONS'];
}
