import { type OpenAPIObject } from '@nestjs/swagger';
import { type Routed } from './operations.js';
import { sampleOf } from './samples.js';

type Operation = Routed['operation'];
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Content = Extract<NonNullable<Operation['requestBody']>, { content: unknown }>['content'];

/** Gives every body of an operation an example. Where the route shows none, it is made of the examples of the fields. */
export function completeContent({ requestBody, responses }: Operation, schemas: Schemas): void {
  if (requestBody && 'content' in requestBody) addSamples(requestBody.content, schemas);
  for (const response of Object.values(responses))
    if (response && 'content' in response) addSamples(response.content, schemas);
}

function addSamples(content: Content, schemas: Schemas): void {
  const media = content['application/json'];
  if (media?.schema === undefined || media.example !== undefined || media.examples !== undefined) return;
  const example = sampleOf(media.schema, schemas);
  if (example !== undefined) media.example = example;
}
