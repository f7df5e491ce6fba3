import packageJson from '../../../package.json' with { type: 'json' };
import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { completeContent } from './contents.js';
import { INTRODUCTION } from './introduction.js';
import { completeOperation, operationsOf } from './operations.js';
import { withoutUnused } from './parts.js';
import { shareProblems } from './problem-responses.js';
import { TAGS } from './tags.js';

/** The OpenAPI document, made from controllers and DTOs. Complete only in the built output, where the Swagger plugin ran. */
export function createDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, headOf());
  for (const routed of operationsOf(document)) {
    completeOperation(routed);
    completeContent(routed.operation, document.components?.schemas ?? {});
  }
  shareProblems(document);
  return withoutUnused(document);
}

function headOf() {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Tributary')
    .setDescription(INTRODUCTION)
    .setVersion(packageJson.version)
    .addServer('/', 'The server that sent this document.');
  addSchemes(builder);
  for (const { name, description } of TAGS) builder.addTag(name, description);
  const head = builder.build();
  // The builder takes a licence's URL only. There is none, and OpenAPI 3.1 accepts an SPDX expression instead.
  const license = { name: 'All rights reserved', identifier: 'LicenseRef-UNLICENSED' };
  return { ...head, info: { ...head.info, license } };
}

function addSchemes(builder: DocumentBuilder): void {
  builder
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'An admin token, for all operations under `/admin`.' },
      'adminToken',
    )
    .addBasicAuth(
      {
        type: 'http',
        scheme: 'basic',
        description: 'The write key as the user name, with an empty password.',
      },
      'writeKey',
    )
    .addApiKey(
      {
        type: 'apiKey',
        in: 'query',
        name: 'writeKey',
        description: 'The write key in the query, for pixels and the beacon.',
      },
      'writeKeyQuery',
    );
}
