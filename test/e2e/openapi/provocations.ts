import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually.js';
import { type Answer } from './admin-api.js';
import { type Scene } from './scene.js';

/** A public address, so that nothing else is wrong with it; nothing is sent there. */
const ELSEWHERE_URL = 'https://93.184.216.34/';

interface WorkspaceDocument {
  readonly destinations: readonly {
    readonly settings: Record<string, unknown>;
    readonly secrets: Readonly<Record<string, unknown>>;
  }[];
}

type Provocation = (scene: Scene) => Promise<Answer>;

/** Makes a second resource of the kind that a PATCH changes, and gives the first one its name. */
const nameOfSibling: Provocation = async ({ api, path, send }) => {
  const name = `Sibling ${randomUUID()}`;
  const siblings = path.slice('/admin/v1'.length).replace(/\/[^/]+$/, '');
  const more = siblings.endsWith('/destinations') ? { type: 'console', settings: {} } : {};
  await api.do('POST', siblings, { name, ...more });
  return send({ body: { name } });
};

const twice: Provocation = async ({ send }) => {
  await send();
  return send();
};

/** A replay has failed when its destination is deleted. */
const onceFailed: Provocation = async ({ api, path, send }) => {
  const replay = path.slice('/admin/v1'.length).replace(/\/[^/]+$/, '');
  const { destinationId } = await api.do('GET', replay);
  await api.do('DELETE', `${replay.replace(/\/replays\/.*/, '')}/destinations/${destinationId}`);
  await eventually(async () => {
    if ((await api.do('GET', replay))['state'] !== 'failed') throw new Error('it has not failed yet');
  });
  return send();
};

/** A paused destination keeps all of them from ending. */
const oneTooMany: Provocation = async ({ api, tenant: { ids }, send }) => {
  await api.do('POST', `/workspaces/${ids['workspaceId']}/destinations/${ids['destinationId']}/pause`);
  for (let made = 0; made < 20; made += 1) await send();
  return send();
};

/** Sends many at once and takes the answer that has the status, if any has. */
const allAtOnce =
  (status: number): Provocation =>
  async ({ send }) => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => send()));
    return answers.find((answer) => answer.status === status) ?? answers[0]!;
  };

const onceRevoked: Provocation = async ({ api, tenant: { ids }, send }) => {
  const { workspaceId, sourceId, writeKeyId } = ids;
  const key = `/workspaces/${workspaceId}/sources/${sourceId}/write-keys/${writeKeyId}`;
  await api.do('POST', `${key}/revoke`);
  return send();
};

/** The workspace may have no more of anything; an example of an operation that creates something would make more. */
const onceFull: Provocation = async ({ api, tenant: { ids }, send }) => {
  const none = { sources: 0, writeKeys: 0, tokens: 0, destinations: 0, connections: 0 };
  await api.do('PATCH', `/workspaces/${ids['workspaceId']}/quotas`, none);
  return send();
};

const onceWaiting: Provocation = async ({ api, tenant, send }) => {
  await api.withWaitingDelivery(tenant);
  const { workspaceId, connectionId } = tenant.ids;
  await api.do('DELETE', `/workspaces/${workspaceId}/connections/${connectionId}`);
  return send();
};

/**
 * How each problem is provoked, by its code: for all operations that document it, or for each by its id. Those of codes in
 * `ELSEWHERE` need a product of their own and are provoked in the test itself.
 */
export const PROVOCATIONS: Readonly<Record<string, Provocation | Readonly<Record<string, Provocation>>>> = {
  unauthorized: ({ send }) => send({ token: 'nobody-has-this-token' }),
  forbidden: ({ send, tenant }) => send({ token: tenant.viewer }),
  not_found: ({ send, path }) => send({ path: pathToNothing(path) }),
  invalid_json: ({ send }) => send({ body: '{"name":' }),
  payload_too_large: ({ send }) => send({ body: JSON.stringify({ name: 'x'.repeat(5 * 2 ** 20) }) }),
  unsupported_media_type: ({ send }) => send({ headers: { 'content-type': 'text/plain' } }),
  invalid_request: ({ send, operation, path }) =>
    operation.requestBody
      ? send({ body: { 'no such field': true } })
      : send({ path: `${path}${path.includes('?') ? '&' : '?'}no-such-parameter=1` }),
  precondition_failed: ({ send }) => send({ headers: { 'if-match': '"999"' } }),
  idempotency_key_reused: async ({ api, send }) => {
    const headers = { 'idempotency-key': randomUUID() };
    const body = { name: `Before ${randomUUID()}` };
    await api.send({ method: 'POST', path: '/admin/v1/workspaces', headers, body });
    return send({ headers });
  },
  duplicate: {
    createWorkspace: async ({ api, tenant, send }) =>
      send({ body: { name: (await api.do('GET', `/workspaces/${tenant.ids['workspaceId']}`))['name'] } }),
    createSource: twice,
    createWriteKey: twice,
    createDestination: twice,
    createConnection: twice,
    updateWorkspace: nameOfSibling,
    updateSource: nameOfSibling,
    updateWriteKey: nameOfSibling,
    updateDestination: nameOfSibling,
    rotateWriteKey: ({ send, tenant }) => send({ body: { value: tenant.writeKey } }),
    applyWorkspace: async ({ api, send }) => {
      const { name = '' } = await api.do('POST', '/workspaces', { name: `Other ${randomUUID()}` });
      return send({ body: { version: 1, workspace: { name } } });
    },
  },
  in_use: {
    deleteWorkspace: ({ send }) => send(),
    deleteSource: ({ send }) => send(),
    deleteDestination: ({ send }) => send(),
    applyWorkspace: ({ send }) => send({ body: { version: 1, sources: [] } }),
  },
  quota_exceeded: {
    createSource: onceFull,
    createWriteKey: onceFull,
    rotateWriteKey: onceFull,
    createWorkspaceToken: onceFull,
    createDestination: onceFull,
    createConnection: async (scene) => {
      const { workspaceId, connectionId } = scene.tenant.ids;
      await scene.api.do('DELETE', `/workspaces/${workspaceId}/connections/${connectionId}`);
      return onceFull(scene);
    },
    applyWorkspace: (scene) => {
      const destinations = ['One', 'Two'].map((name) => ({ name, type: 'console', settings: {} }));
      const body = { version: 1, destinations, connections: [] };
      return onceFull({ ...scene, send: () => scene.send({ body }) });
    },
  },
  secrets_required: {
    updateDestination: ({ send }) => send({ body: { settings: { url: ELSEWHERE_URL } } }),
    applyWorkspace: async ({ api, tenant, send }) => {
      const document = await api.do<WorkspaceDocument>(
        'GET',
        `/workspaces/${tenant.ids['workspaceId']}/export`,
      );
      const withSecrets = document.destinations.find(({ secrets }) => Object.keys(secrets).length > 0);
      withSecrets!.settings['url'] = ELSEWHERE_URL;
      return send({ body: document });
    },
  },
  too_many_requests: {
    dryRunReplay: allAtOnce(429),
    applyWorkspace: (scene) =>
      allAtOnce(429)({ ...scene, send: () => scene.send({ path: `${scene.path}?dryRun=true` }) }),
  },
  conflict: {
    createReplay: oneTooMany,
    pauseReplay: onceFailed,
    resumeReplay: onceFailed,
    cancelReplay: onceFailed,
    deleteDestination: onceWaiting,
    updateWriteKey: onceRevoked,
    rotateWriteKey: onceRevoked,
    applyWorkspace: async ({ api, send }) => {
      const { id: workspaceId } = await api.do('POST', '/workspaces', { name: `Other ${randomUUID()}` });
      const { id } = await api.do('POST', `/workspaces/${workspaceId}/sources`, { name: 'Theirs' });
      return send({ body: { version: 1, sources: [{ id, name: 'Ours' }], connections: [] } });
    },
    deleteInstanceToken: async ({ api, send }) => {
      const { id: own } = await api.do('GET', '/me');
      const { data } = await api.do<{ data: { id: string }[] }>('GET', '/tokens');
      for (const { id } of data) if (id !== own) await api.do('DELETE', `/tokens/${id}`);
      return send({ path: `/admin/v1/tokens/${own}` });
    },
  },
};

/**
 * Problems of operations that only a product in trouble or with other settings has: Postgres away or too slow, no key for secrets, tests
 * that hang, guessed tokens, types that the operator forbids (test/integration/admin/tenancy.spec.ts), as many waiting deliveries as
 * may be (test/integration/admin/dead-letters.spec.ts).
 */
export const ELSEWHERE: Readonly<Record<string, readonly string[] | 'all'>> = {
  unavailable: 'all',
  query_timeout: 'all',
  conflict: [
    ...['createDestination', 'updateDestination', 'testDestination', 'exportWorkspace'],
    ...['redeliverDeadLetter', 'redeliverDeadLetters'],
  ],
  too_many_requests: 'all',
  type_not_allowed: ['createDestination', 'testDestination', 'applyWorkspace'],
};

/** What provokes a problem of an operation; undefined where the table does not say it. */
export function provocationOf(code: string, operationId: string): Provocation | undefined {
  const row = PROVOCATIONS[code];
  return typeof row === 'function' ? row : row?.[operationId];
}

export const isElsewhere = (code: string, operationId: string): boolean =>
  ELSEWHERE[code] === 'all'
    ? provocationOf(code, operationId) === undefined
    : ELSEWHERE[code]?.includes(operationId) === true;

/** The last id of a path, or what stands for one, replaced by one that does not exist. */
const pathToNothing = (path: string): string =>
  path
    .replace(/(.*\/)(wsp|src|wkey|dst|con|tok|aud|dl|rpl)_\w+/, '$1$2_0000000000000000000000')
    .replace(/\/destination-types\/\w+$/, '/destination-types/nothing');
