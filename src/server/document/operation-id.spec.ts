import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operationIdOf } from './operation-id.js';

type Paths = Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;

const file = join(import.meta.dirname, '../../../openapi/openapi.json');
const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: Paths };
const published = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { operationId }]) => [method, path, operationId] as const),
);

describe('operationIdOf', () => {
  it('gives each route of the published document the id that clients know it by', () => {
    expect(published.length).toBeGreaterThan(80);
    expect(published.map(([method, path]) => operationIdOf(method, path))).toEqual(
      published.map(([, , operationId]) => operationId),
    );
  });

  it.each([
    ['post', '/v1/track', 'track'],
    ['get', '/v1/pixel/track', 'trackBySegmentPixel'],
    ['get', '/pixel/v1/track', 'trackByRudderPixel'],
    ['post', '/admin/v1/workspaces', 'createWorkspace'],
    ['get', '/admin/v1/workspaces/{workspaceId}/tokens', 'listWorkspaceTokens'],
    ['delete', '/admin/v1/tokens/{tokenId}', 'deleteInstanceToken'],
    ['get', '/admin/v1/destination-types/{type}', 'readDestinationType'],
    ['post', '/admin/v1/workspaces/{workspaceId}/replays/{replayId}/cancel', 'cancelReplay'],
  ])('%s %s is %s', (method, path, id) => {
    expect(operationIdOf(method, path)).toBe(id);
  });

  it('refuses a route that no rule and no entry names', () => {
    expect(() => operationIdOf('put', '/admin/v1/workspaces')).toThrow('no operation id');
  });
});
