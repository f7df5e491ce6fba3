import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ingestion, startIngestion, withKey } from '../../support/ingestion-app.js';

let ingestion: Ingestion;
beforeAll(async () => void (ingestion = await startIngestion()));
afterAll(() => ingestion.close());
beforeEach(() => ingestion.log.reset());

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const batch = (traceparent: string) =>
  fetch(`${ingestion.address}/v1/batch`, {
    method: 'POST',
    headers: { ...withKey(), traceparent },
    body: JSON.stringify({
      batch: [{ type: 'track', userId: 'u-1', event: 'E', messageId: 'm-1' }, { type: 'nonsense' }],
    }),
  });

/** The records are a public contract (DESIGN 5.3): whoever reads the topics relies on key and headers. */
describe('the records of a call', () => {
  it('carry their key and headers, and the trace of the call', async () => {
    expect((await batch(TRACE)).status).toBe(200);
    const [event, rejection] = ingestion.log.records;
    const common = { 'tributary-schema': '1.0', workspace: 'ws_1', source: 'src_1', traceparent: TRACE };
    const receivedAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
    expect(event).toMatchObject({ topic: 'tributary.events', key: 'ws_1:src_1:u-1' });
    expect(event?.headers).toEqual({ ...common, receivedAt, type: 'track', messageId: 'm-1' });
    expect(rejection).toMatchObject({ topic: 'tributary.rejected', key: 'src_1' });
    expect(rejection?.headers).toEqual({ ...common, receivedAt, code: 'invalid_type' });
  });

  it.each(['', 'nonsense', `${TRACE}, ${TRACE}`, TRACE.toUpperCase()])(
    'carry no trace that is none: "%s"',
    async (traceparent) => {
      expect((await batch(traceparent)).status).toBe(200);
      for (const { headers } of ingestion.log.records) expect(headers).not.toHaveProperty('traceparent');
    },
  );
});
