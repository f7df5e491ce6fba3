import { randomUUID } from 'node:crypto';
import { type AdminApi, type Answer, type Call, type Tenant } from './admin-api.js';
import { examplesOf, type Operation } from './document.js';

/** What a request differs in from the one that the document shows. */
type Change = Partial<Pick<Call, 'token' | 'headers' | 'body'>> & { readonly path?: string };

/** One operation of the administration, on a tenant of its own. */
export interface Scene {
  readonly operation: Operation;
  readonly api: AdminApi;
  readonly tenant: Tenant;
  /** The path with the ids of the tenant. */
  readonly path: string;
  /** Sends what the document shows, by its first example unless told otherwise. */
  send(change?: Change): Promise<Answer>;
}

export function sceneOf(operation: Operation, api: AdminApi, tenant: Tenant): Scene {
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => idOf(operation, tenant, name));
  const path = `${filled}${queryOf(operation)}`;
  const [example] = examplesOf(operation.requestBody?.content['application/json']);
  return {
    operation,
    api,
    tenant,
    path,
    send: ({ body = example?.value, ...change } = {}) => {
      const content = body === undefined ? {} : { body: filledIn(body, tenant) };
      return api.send({ method: operation.method, path, ...change, ...content });
    },
  };
}

/** What must be given in the query, as the document shows it; what has a default is not shown. */
function queryOf({ parameters = [] }: Operation): string {
  const given = parameters.flatMap(({ in: place, required, name, example, schema }): [string, string][] => {
    const value = example ?? schema.example;
    return place === 'query' && required === true && typeof value === 'string' ? [[name, value]] : [];
  });
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function idOf({ operationId }: Operation, { ids }: Tenant, name: string): string {
  const id = ids[name];
  if (id === undefined)
    throw new Error(`${operationId} has the parameter ${name}, and no tenant here has one`);
  return id;
}

/** Puts the ids where an example asks to paste them. */
function filledIn(body: unknown, { ids }: Tenant): unknown {
  if (typeof body === 'string') return body;
  const text = JSON.stringify(body)
    .replaceAll('PASTE_SOURCE_ID', ids['sourceId'] ?? '')
    .replaceAll('PASTE_DESTINATION_ID', ids['destinationId'] ?? '');
  return JSON.parse(text) as unknown;
}

/** What has to be done before an operation can succeed as the document shows it. */
export const PREPARATIONS: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  createConnection: (scene) => removeConnection(scene),
  deleteSource: (scene) => removeConnection(scene),
  deleteDestination: (scene) => removeConnection(scene),
  deleteWorkspace: async (scene) => {
    const { workspaceId, sourceId, destinationId } = scene.tenant.ids;
    await removeConnection(scene);
    await scene.api.do('DELETE', `/workspaces/${workspaceId}/sources/${sourceId}`);
    await scene.api.do('DELETE', `/workspaces/${workspaceId}/destinations/${destinationId}`);
  },
};

function removeConnection({ api, tenant: { ids } }: Scene): Promise<unknown> {
  return api.do('DELETE', `/workspaces/${ids['workspaceId']}/connections/${ids['connectionId']}`);
}

/** Names of workspaces are unique: gives back the one that an example has taken. */
export async function giveNameBack({ operation, api }: Scene, { body, status }: Answer): Promise<void> {
  if (!['createWorkspace', 'updateWorkspace'].includes(operation.operationId) || status >= 300) return;
  const { id } = body as { id: string };
  await api.do('PATCH', `/workspaces/${id}`, { name: `Formerly ${randomUUID()}` });
}
