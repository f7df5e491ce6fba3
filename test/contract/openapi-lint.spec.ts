import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenAPIObject } from '@nestjs/swagger';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { partOf } from '../../src/server/document/parts.js';
import { type PartName, TAGS } from '../../src/server/document/tags.js';
import { examplesOf, type OpenApi, operationsOf } from '../e2e/openapi/document.js';

const text = readFileSync(join(import.meta.dirname, '../../openapi/openapi.json'), 'utf8');
const document = JSON.parse(text) as OpenApi & OpenAPIObject;
const operations = operationsOf(document);
const parts: readonly PartName[] = ['tracking', 'pixels', 'administration'];

/** What Redocly's recommended rules have against a document, errors and warnings alike. */
async function complaints(source: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source, config });
  return problems.map(
    ({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer ?? '#'}: ${message}`,
  );
}

describe('the OpenAPI document', () => {
  it('is a valid OpenAPI 3.1 document of which the linter has nothing to say', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(await complaints(text)).toEqual([]);
  });

  it('is read by a linter that finds what is wrong', async () => {
    const wrong = text
      .replace('"operationId": "createWorkspace"', '"operationId": "track"')
      .replace('"name": "All rights reserved"', '"nom": "All rights reserved"');
    const rules = (await complaints(wrong)).map((complaint) => complaint.split(' ')[0]);
    expect(rules).toEqual(expect.arrayContaining(['operation-operationId-unique', 'struct']));
  });

  it('has nothing left of OpenAPI 3.0', () => {
    expect(text).not.toMatch(/"nullable"|"format": "binary"|"exclusiveM(in|ax)imum": (true|false)/);
  });

  it('names operations as a client would name its methods', () => {
    const odd = operations.filter(({ operationId }) => !/^[a-z]+([A-Z][a-z]+)*$/.test(operationId));
    expect(odd.map(({ operationId }) => operationId)).toEqual([]);
  });

  it('says at each operation who may call it, and one thing it is about', () => {
    const silent = operations.filter(({ security, tags }) => !Array.isArray(security) || tags.length !== 1);
    expect(silent.map(({ name }) => name)).toEqual([]);
    const open = operations.filter(({ security }) => security.length === 0).map(({ path }) => path);
    expect(open).toEqual(['/health/live', '/health/ready', '/v1/projects/{writeKey}/settings']);
  });

  it('has a tag with prose for everything that people do, in the order of the list', () => {
    const used = new Set(operations.flatMap(({ tags }) => tags));
    expect(TAGS.filter(({ name }) => !used.has(name)).map(({ name }) => name)).toEqual([]);
    expect(document.tags).toEqual(TAGS.map(({ name, description }) => ({ name, description })));
  });

  it('explains every operation, parameter and answer', () => {
    const silent = operations.flatMap(({ name, summary, parameters = [], responses }) => [
      ...(summary ? [] : [name]),
      ...parameters.filter(({ description }) => !description).map((one) => `${name}: ${one.name}`),
      ...Object.entries(responses).flatMap(([status, { description }]) =>
        description ? [] : [`${name}: ${status}`],
      ),
    ]);
    expect(silent).toEqual([]);
  });

  it('shows an example of every body, sent and answered', () => {
    const bare = operations.flatMap(({ name, requestBody, responses }) => {
      const bodies = [['sent', requestBody] as const, ...Object.entries(responses)];
      return bodies.flatMap(([what, body]) =>
        Object.entries(body?.content ?? {})
          .filter(([type, media]) => type !== 'image/gif' && examplesOf(media).length === 0)
          .map(([type]) => `${name}, ${what}: ${type}`),
      );
    });
    expect(bare).toEqual([]);
  });
});

describe('a part of the document', () => {
  it.each(parts)('%s is a document of its own, of which the linter has nothing to say', async (part) => {
    const own = partOf(document, part);
    expect(await complaints(JSON.stringify(own))).toEqual([]);
    expect(own.tags?.map(({ name }) => name)).toEqual(
      TAGS.filter((tag) => tag.part === part).map(({ name }) => name),
    );
  });

  it('has its own operations only, and with the others all but the probes', () => {
    const named = parts.flatMap((part) =>
      operationsOf(partOf(document, part) as OpenApi & OpenAPIObject).map(({ operationId }) => operationId),
    );
    const all = operations.filter(({ tags }) => !tags.includes('Health'));
    expect(named.sort()).toEqual(all.map(({ operationId }) => operationId).sort());
  });

  it('leaves out the keys and schemas that it does not use', () => {
    const { components } = partOf(document, 'pixels');
    expect(Object.keys(components?.securitySchemes ?? {})).toEqual(['writeKeyQuery']);
    expect(Object.keys(components?.schemas ?? {})).toEqual([]);
    const administration = partOf(document, 'administration').components;
    expect(Object.keys(administration?.securitySchemes ?? {})).toEqual(['adminToken']);
    expect(Object.keys(administration?.schemas ?? {})).not.toContain('TrackDto');
    expect(Object.keys(administration?.schemas ?? {})).toContain('ProblemDto');
  });
});
