import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually.js';

export interface Answer {
  readonly status: number;
  readonly type: string;
  /** Parsed where it is JSON; undefined without a body. */
  readonly body: unknown;
}

export interface Call {
  readonly method: string;
  /** From the root. */
  readonly path: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when it is text, else as JSON. */
  readonly body?: unknown;
}

/** The ids that paths of the administration name, by the names of their parameters. */
export type Ids = Readonly<Record<string, string>>;

/** A workspace with one of everything. */
export interface Tenant {
  readonly ids: Ids;
  /** A token that may only read it. */
  readonly viewer: string;
  readonly writeKey: string;
}

/** Speaks to the administration of a product, as an instance admin unless told otherwise. */
export class AdminApi {
  constructor(
    readonly address: string,
    private readonly token: string,
  ) {}

  async send({ method, path, token = this.token, headers, body }: Call): Promise<Answer> {
    const response = await fetch(`${this.address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    return {
      status: response.status,
      type,
      body: /json$/.test(type) ? (JSON.parse(text) as unknown) : undefined,
    };
  }

  /** Does what has to succeed; resolves to the answer's body. */
  async do<Body = Record<string, string>>(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await this.send({ method, path: `/admin/v1${path}`, ...(body !== undefined && { body }) });
    if (answer.status < 300) return answer.body as Body;
    throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  /** Has the tenant's destination call a path `/refused`, where the receiver refuses an event; with the dead letter of that. */
  async withDeadLetter(tenant: Tenant): Promise<Tenant> {
    const at = await this.sendTo('/refused', tenant, randomUUID());
    const deadLetterId = await eventually(async () => {
      const { data } = await this.do<{ data: { id: string }[] }>('GET', `${at}/dead-letters`);
      if (data[0] === undefined) throw new Error('there is no dead letter yet');
      return data[0].id;
    });
    return { ...tenant, ids: { ...tenant.ids, deadLetterId } };
  }

  /** Has the tenant's destination call a path `/failing`, where the receiver fails; with an event that waits for another attempt. */
  async withWaitingDelivery(tenant: Tenant): Promise<void> {
    const messageId = randomUUID();
    await this.sendTo('/failing', tenant, messageId);
    await eventually(async () => {
      const at = `/workspaces/${tenant.ids['workspaceId']}/deliveries?messageId=${messageId}`;
      const { destinations } = await this.do<{ destinations: { outcome: string }[] }>('GET', at);
      if (destinations[0]?.outcome !== 'retrying') throw new Error('nothing waits yet');
    });
  }

  /** Has the tenant's destination call another path, and sends an event; resolves to where the destination is. */
  private async sendTo(path: string, tenant: Tenant, messageId: string): Promise<string> {
    const { workspaceId, destinationId } = tenant.ids;
    const at = `/workspaces/${workspaceId}/destinations/${destinationId}`;
    const { settings } = await this.do<{ settings: { url: string } }>('GET', at);
    await this.do('PATCH', at, { settings: { url: new URL(path, settings.url).href } });
    await fetch(`${this.address}/v1/track`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${tenant.writeKey}:`)}` },
      body: JSON.stringify({ userId: 'user-1', event: 'Sent', messageId }),
    });
    return at;
  }

  /** With a replay that waits for ever, for its destination is disabled. */
  async withReplay(tenant: Tenant): Promise<Tenant> {
    const at = `/workspaces/${tenant.ids['workspaceId']}`;
    const asleep = { type: 'console', name: `Asleep ${randomUUID()}`, settings: {}, enabled: false };
    const { id: destinationId } = await this.do('POST', `${at}/destinations`, asleep);
    const past = { destinationId, from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' };
    const { id: replayId = '' } = await this.do('POST', `${at}/replays`, past);
    return { ...tenant, ids: { ...tenant.ids, replayId } };
  }

  /** Makes a workspace of an own name, whose source sends to a webhook at a URL. */
  async makeTenant(url: string): Promise<Tenant> {
    const name = `Tenant ${randomUUID()}`;
    const idOf = async (path: string, body: object) => (await this.do('POST', path, body))['id'] ?? '';
    const workspaceId = await idOf('/workspaces', { name });
    const at = `/workspaces/${workspaceId}`;
    const sourceId = await idOf(`${at}/sources`, { name });
    const key = await this.do('POST', `${at}/sources/${sourceId}/write-keys`, { name });
    const destination = { type: 'webhook', name, settings: { url, headers: { 'x-of': 'the test' } } };
    const destinationId = await idOf(`${at}/destinations`, destination);
    const connectionId = await idOf(`${at}/connections`, { sourceId, destinationId });
    const token = await this.do('POST', `${at}/tokens`, { name, role: 'workspace-viewer' });
    const log = await this.do<{ data: { id: string }[] }>('GET', `${at}/audit-log?limit=1`);
    // Created by the first operation that needs it.
    const deadLetterId = 'dl_0000000000000000000000';
    const replayId = 'rpl_0000000000000000000000';
    const auditId = log.data[0]?.id ?? '';
    const ids = { workspaceId, sourceId, destinationId, connectionId, deadLetterId, replayId, auditId };
    return {
      ids: { ...ids, writeKeyId: key['id'] ?? '', tokenId: token['id'] ?? '', type: 'webhook' },
      viewer: token['value'] ?? '',
      writeKey: key['value'] ?? '',
    };
  }
}
