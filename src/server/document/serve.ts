import { type INestApplication } from '@nestjs/common';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { type Response } from 'express';
import { Config, type Role } from '../../config/config.js';
import { createDocument } from './document.js';
import { partOf } from './parts.js';
import { protectDocs } from './protect-docs.js';
import { type PartName } from './tags.js';

/** Parts of the document that a process with each role serves. */
const PARTS: Record<Role, readonly PartName[]> = {
  collector: ['tracking', 'pixels'],
  delivery: [],
  admin: ['administration'],
};

const UI = {
  // A token in the browser's storage would be open to every script of this origin.
  persistAuthorization: false,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  deepLinking: true,
  filter: true,
  // Hides the list of all schemas: each operation shows its own.
  defaultModelsExpandDepth: -1,
};

/** The page loads the chosen document, so none is embedded in it. */
const EMPTY: OpenAPIObject = { openapi: '3.1.0', info: { title: '', version: '' }, paths: {} };

/**
 * Serves Swagger UI at `/docs`, and the documents at `/openapi.json` and `/openapi/{part}.json`, with the parts of this
 * process's roles. The page loads nothing from other servers.
 */
export function serveDocument(app: INestApplication): void {
  const whole = once(() => createDocument(app));
  const parts = app.get(Config).ROLES.flatMap((role) => PARTS[role]);
  serveJson(app, '/openapi.json', whole);
  for (const part of parts) serveJson(app, pathOf(part), () => partOf(whole(), part));
  const choices = parts.map((part) => ({ name: titleOf(part), url: pathOf(part) }));
  app.use('/docs', protectDocs);
  SwaggerModule.setup('docs', app, EMPTY, {
    raw: false,
    explorer: true,
    customSiteTitle: 'Tributary',
    swaggerOptions: { ...UI, urls: [{ name: 'Everything', url: '/openapi.json' }, ...choices], spec: {} },
  });
}

/** The document is created at the first request, so that it does not delay the start, and then kept: it never changes. */
function serveJson(app: INestApplication, path: string, document: () => OpenAPIObject): void {
  const text = once(() => JSON.stringify(document()));
  app.getHttpAdapter().get(path, (_request: unknown, response: Response) => {
    response.type('application/json').send(text());
  });
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

const pathOf = (part: PartName): string => `/openapi/${part}.json`;
const titleOf = (part: PartName): string => part.charAt(0).toUpperCase() + part.slice(1);
