import { once } from 'node:events';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../../test/support/receiver.js';
import { Config } from '../../config/config.js';
import { loadConfig } from '../../config/load-config.js';
import { resultOf } from '../contract/delivery-error.js';
import { webhook } from '../handlers/webhook/webhook.handler.js';
import { AddressCheck } from './address-check.js';
import { AddressGuard } from './address-guard.js';
import { GuardedNetwork } from './guarded-network.js';
import { HttpClient } from './http-client.js';
import { OutgoingModule } from './outgoing.module.js';

/** What HTTP, the network and the check at save time make of a loopback address, with a guard of the test's own or without. */
async function verdicts(url: string, guard?: AddressGuard): Promise<boolean[]> {
  const builder = Test.createTestingModule({ imports: [OutgoingModule] }).useMocker((token) =>
    token === Config ? loadConfig({}) : undefined,
  );
  if (guard !== undefined) builder.overrideProvider(AddressGuard).useValue(guard);
  const module = await builder.compile();
  const http = module.get(HttpClient).until(new AbortController().signal);
  const hasSent = await http.send(url, { body: '{}' }).then(
    () => true,
    () => false,
  );
  const socket = module.get(GuardedNetwork).connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
  const hasConnected = await once(socket, 'connect').then(
    () => true,
    (error: unknown) => {
      expect(resultOf(error)).toEqual({ kind: 'reject', reason: 'address_blocked' });
      return false;
    },
  );
  socket.destroy();
  const faults = await module.get(AddressCheck).faultsOf(webhook, { url });
  await module.close();
  return [hasSent, hasConnected, faults.length === 0];
}

describe('OutgoingModule', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());

  it('refuses loopback to HTTP, the network and settings alike', async () => {
    expect(await verdicts(receiver.url)).toEqual([false, false, false]);
  });

  it('has one guard: a replaced one decides for HTTP, the network and settings alike', async () => {
    expect(await verdicts(receiver.url, new AddressGuard(['127.0.0.0/8']))).toEqual([true, true, true]);
  });
});
