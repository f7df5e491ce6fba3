import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** The OpenAPI document of the product, made from the controllers and DTOs (only complete in the built output). */
export function createDocument(app: INestApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Tributary')
    .setDescription(
      'Self-hosted event collector and router. It speaks the Segment HTTP Tracking API and pixel API and the RudderStack ' +
        'pixel API: point an existing SDK at this address and nothing else changes. ' +
        'Press **Authorize**, enter a write key, and every call below can be tried.',
    )
    .setVersion('1.0')
    .addBasicAuth(
      { type: 'http', scheme: 'basic', description: 'The write key as user name, no password.' },
      'writeKey',
    )
    .addApiKey(
      {
        type: 'apiKey',
        in: 'query',
        name: 'writeKey',
        description: 'The write key, for pixels and the beacon.',
      },
      'writeKeyQuery',
    )
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'An admin token, for everything under /admin.' },
      'adminToken',
    )
    .addTag('Tracking', 'One call, one event.')
    .addTag('Batch', 'Several events in one call.')
    .addTag('Segment pixel', 'For places where only an image can be loaded; always answers the image.')
    .addTag('RudderStack pixel', "The same in RudderStack's form; refuses with 400 and the image.")
    .addTag('Beacon', 'What a page sends while it closes.')
    .addTag('SDK settings', 'What SDKs load before they send; point them here instead of at a CDN.')
    .addTag(
      'Workspaces',
      'The tenants: each owns sources, destinations and tokens, and reaches nothing of another.',
    )
    .addTag('Health', 'For probes.')
    .build();
  return SwaggerModule.createDocument(app, description, {
    operationIdFactory: (controller, method) =>
      `${lowerFirst(controller.replace(/Controller$/, ''))}_${method}`,
  });
}

/** Swagger UI at `/docs` and the document at `/openapi.json`; everything is served from here, nothing from the internet. */
export function serveDocument(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => createDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Tributary',
    swaggerOptions: { persistAuthorization: true, tryItOutEnabled: true, displayRequestDuration: true },
  });
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
