import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTypeScript, { astToString, COMMENT_HEADER, type OpenAPI3 } from 'openapi-typescript';
import { expect, it } from 'vitest';

const FOLDER = join(import.meta.dirname, '../../openapi');

it('the types for clients are those of the document; if not, run: npm run openapi', async () => {
  const document = JSON.parse(readFileSync(join(FOLDER, 'openapi.json'), 'utf8')) as OpenAPI3;
  const made = `${COMMENT_HEADER}${astToString(await openapiTypeScript(document))}`;
  expect(readFileSync(join(FOLDER, 'types.ts'), 'utf8') === made).toBe(true);
});
