import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { type Ingestion, startIngestion } from '../../support/ingestion-app.js';
import { type KafkaServer, startKafka } from '../../support/servers/kafka.js';
import { type AppCall } from './calls.js';
import { type Client } from './client.js';
import { Crowd } from './crowd.js';
import { rudderBatching, rudderBeacon, rudderXhr } from './rudder-browser.js';
import { rudderNode } from './rudder-node.js';
import { losing, scenarios } from './scenarios.js';
import { segmentBatching, segmentPlain } from './segment-browser.js';
import { segmentNode } from './segment-node.js';
import { type Json, Stage } from './stage.js';
import { type Scenario, SCENARIOS, table } from './table.js';
import { openWebSite, type WebSite } from './web-site.js';

const CLIENTS: readonly Client[] = [
  segmentNode,
  rudderNode,
  segmentPlain,
  segmentBatching,
  rudderXhr,
  rudderBatching,
  rudderBeacon,
];

const able = (scenario: Scenario) => CLIENTS.filter(({ without }) => without[scenario] === undefined);
const nameOf = (name: string, scenario: Scenario) => `${name}: ${SCENARIOS[scenario]}`;
const passed = new Set<string>();

/** Tests that fill a column of the table. */
function column(scenario: Scenario, play: (client: Client) => Promise<void>): void {
  for (const client of able(scenario))
    it(nameOf(client.name, scenario), async () => {
      await play(client);
      passed.add(nameOf(client.name, scenario));
    });
}

let site: WebSite;
let stage: Stage;

beforeAll(async () => {
  site = await openWebSite();
});

afterAll(async () => {
  await site.close();
  const text = table(CLIENTS, (name, scenario) => passed.has(nameOf(name, scenario)));
  process.stdout.write(`\nClient matrix\n${text}\n\n`);
});

describe('the vendors’ own clients, unmodified', () => {
  let overloaded: Ingestion;

  beforeAll(async () => {
    stage = await Stage.open(site);
    overloaded = await startIngestion();
    overloaded.log.overload();
  }, 90_000);

  afterAll(async () => {
    await stage.close();
    await overloaded.close();
  });

  for (const [scenario, play] of Object.entries(scenarios))
    column(scenario as keyof typeof scenarios, (client) => play({ client, stage, overloaded }));

  it('asked nobody but the product', () => {
    expect(site.foreign).toEqual([]);
  });
});

describe('on Kafka', () => {
  let kafka: KafkaServer;

  beforeAll(async () => {
    kafka = await startKafka();
    stage = await Stage.open(site, { KAFKA_BROKERS: kafka.brokers });
    await stage.fence();
  }, 90_000);

  afterAll(async () => {
    await stage.close();
    await kafka.stop();
  });

  describe('which is killed, and comes back', () => {
    let crowd: Crowd;

    beforeAll(async () => {
      crowd = await Crowd.gather(stage, able('outage'));
      await kafka.kill();
      await crowd.sendUntilEachHas(503);
      await kafka.restart();
    });
    afterAll(() => crowd.close());

    column('outage', (client) => stage.expectEachOnce(crowd.callsOf(client)));
  });

  describe('when the product is killed after it has accepted, and before a client has heard of it', () => {
    let crowd: Crowd;

    beforeAll(async () => {
      crowd = await Crowd.gather(stage, able('killed'));
      for (const { tap } of crowd.scenes) tap.detour = losing;
      await crowd.sendUntilEachHas(200);
      for (const { tap } of crowd.scenes) tap.detour = () => 'cut';
      await eventually(() =>
        expect(crowd.scenes.map(({ tap }) => tap.underWay)).toEqual(crowd.scenes.map(() => 0)),
      );
      await stage.product.kill();
      await stage.product.start();
      for (const { tap } of crowd.scenes) tap.detour = () => undefined;
    });
    afterAll(() => crowd.close());

    column('killed', async (client) => {
      const calls = crowd.callsOf(client);
      await stage.expectAll(calls);
      await stage.fence();
      // At the receiver an event may be there again after such an end; in the topic it is not.
      expect(occurrences(calls, readTopic(kafka))).toEqual(calls.map(() => 1));
    });
  });
});

/** Events of the topic from its beginning. */
function readTopic({ brokers }: KafkaServer): Json[] {
  const all = ['-C', '-t', 'tributary.events', '-o', 'beginning', '-e', '-q', '-f', '%s\n'];
  const lines = execFileSync('kcat', ['-b', brokers, ...all], { maxBuffer: 100_000_000 }).toString();
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
}

const occurrences = (calls: readonly AppCall[], events: readonly Json[]): number[] =>
  calls.map(({ marker }) => events.filter((event) => (event['context'] as Json)['marker'] === marker).length);
