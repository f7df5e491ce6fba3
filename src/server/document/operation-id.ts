/**
 * Ids that do not follow from their route by the rules below. They are keyed by route, not by class: a route is as public
 * as the id, so no rename in the code changes the methods of generated clients.
 */
const IDS: Readonly<Record<string, string>> = {
  'GET /health/live': 'isAlive',
  'GET /health/ready': 'isReady',
  'POST /v1/import': 'importBatch',
  'POST /beacon/v1/batch': 'sendBeacon',
  'GET /v1/projects/{writeKey}/settings': 'readSegmentSettings',
  'GET /sourceConfig': 'readSourceConfig',
  'GET /me': 'readMe',
  'GET /audit-log/{auditId}': 'readAuditEntry',
  'GET …/audit-log': 'listWorkspaceAuditLog',
  'GET …/audit-log/{auditId}': 'readWorkspaceAuditEntry',
  'GET …/quotas': 'readQuotas',
  'PATCH …/quotas': 'updateQuotas',
  'GET …/export': 'exportWorkspace',
  'PUT …/apply': 'applyWorkspace',
  'GET …/deliveries': 'explainDelivery',
  'POST …/replays/dry-run': 'dryRunReplay',
  'GET …/sources/{sourceId}/write-keys/{writeKeyId}/usage': 'readWriteKeyUsage',
  'GET …/destinations/{destinationId}/backlog': 'readDestinationBacklog',
  'DELETE …/destinations/{destinationId}/dead-letters': 'discardDeadLetters',
  'DELETE …/destinations/{destinationId}/dead-letters/{deadLetterId}': 'discardDeadLetter',
  'POST …/destinations/{destinationId}/dead-letters/redeliver': 'redeliverDeadLetters',
};

/** Resources that exist in a workspace and on the instance. */
const IN_BOTH = 'tokens';

/** Last steps of a route that are verbs, on the item before them. */
const ACTIONS: ReadonlySet<string> = new Set([
  'pause',
  'resume',
  'cancel',
  'test',
  'redeliver',
  'revoke',
  'rotate',
]);
const ON_COLLECTION: Readonly<Record<string, string>> = { GET: 'list', POST: 'create' };
const ON_ITEM: Readonly<Record<string, string>> = { GET: 'read', PATCH: 'update', DELETE: 'delete' };

/** Name of an operation as a client's method, from its route: `createWorkspace`, `listSources`, `track`, `rotateWriteKey`. */
export function operationIdOf(method: string, path: string): string {
  const verb = method.toUpperCase();
  const isAdministration = path.startsWith('/admin/v1/');
  const inWorkspace = path.startsWith('/admin/v1/workspaces/{workspaceId}/');
  const place = path.replace('/admin/v1/workspaces/{workspaceId}/', '…/').replace('/admin/v1/', '/');
  const known = IDS[`${verb} ${place}`];
  if (known !== undefined) return known;
  return isAdministration ? resourceId(verb, place, inWorkspace) : trackingId(path);
}

/** Pixels are told apart from calls by their prefix: `/v1/pixel/track` is Segment's, `/pixel/v1/track` RudderStack's. */
function trackingId(path: string): string {
  const action = path.slice(path.lastIndexOf('/') + 1);
  if (path.startsWith('/v1/pixel/')) return `${action}BySegmentPixel`;
  return path.startsWith('/pixel/v1/') ? `${action}ByRudderPixel` : action;
}

/** `…/sources` is a collection, `…/sources/{sourceId}` an item, and `…/{sourceId}/pause` an action on an item. */
function resourceId(verb: string, place: string, inWorkspace: boolean): string {
  const steps = place.split('/').slice(1);
  const last = steps.at(-1) ?? '';
  const isItem = last.startsWith('{');
  const isAction = ACTIONS.has(last);
  const collection = steps.at(isAction ? -3 : isItem ? -2 : -1) ?? '';
  const scope = collection !== IN_BOTH ? '' : inWorkspace ? 'Workspace' : 'Instance';
  const noun = `${scope}${camelCase(collection)}`;
  const action = isAction ? last : (isItem ? ON_ITEM : ON_COLLECTION)[verb];
  if (action === undefined) throw new Error(`${verb} ${place} has no operation id: add it to IDS`);
  return `${action}${action === 'list' ? noun : singularOf(noun)}`;
}

const camelCase = (words: string): string =>
  words.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

const singularOf = (noun: string): string => noun.replace(/ies$/, 'y').replace(/s$/, '');
