import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { completeContent } from './contents.js';
import { INTRODUCTION } from './introduction.js';
import { operationIdOf } from './operation-id.js';
import { completeOperation, operationsOf } from './operations.js';
import { withoutUnused } from './parts.js';
import { shareProblems } from './problem-responses.js';
import { TAGS } from './tags.js';

/** The OpenAPI document of the product, made from the controllers and DTOs (only complete in the built output). */
export function createDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, headOf(), {
    operationIdFactory: operationIdOf,
  });
  for (const [path, operation] of operationsOf(document)) {
    completeOperation(path, operation);
    completeContent(operation, document.components?.schemas ?? {});
  }
  shareProblems(document);
  return withoutUnused(document);
}

function headOf() {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Tributary')
    .setDescription(INTRODUCTION)
    .setVersion('1.0')
    .addServer('/', 'The address from which this document comes.');
  addSchemes(builder);
  for (const { name, description } of TAGS) builder.addTag(name, description);
  const head = builder.build();
  // The builder knows the licence's address only; OpenAPI 3.1 also takes an SPDX expression, and there is no address.
  const license = { name: 'All rights reserved', identifier: 'LicenseRef-UNLICENSED' };
  return { ...head, info: { ...head.info, license } };
}

function addSchemes(builder: DocumentBuilder): void {
  builder
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'An admin token, for everything under `/admin`.' },
      'adminToken',
    )
    .addBasicAuth(
      { type: 'http', scheme: 'basic', description: 'The write key as user name, no password.' },
      'writeKey',
    )
    .addApiKey(
      {
        type: 'apiKey',
        in: 'query',
        name: 'writeKey',
        description: 'The write key in the address, for pixels and the beacon.',
      },
      'writeKeyQuery',
    );
}
