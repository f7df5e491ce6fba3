import { stat } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Logger } from '@nestjs/common';
import { reasonOf } from '../../resilience/reason-of.js';
import { type FromDeliveryProcess, type ToDeliveryProcess } from '../bulkhead/messages.js';
import { type Handler } from '../contract/handler.js';
import { AddressGuard } from '../outgoing/address-guard.js';
import { GuardedNetwork } from '../outgoing/guarded-network.js';
import { HttpClient } from '../outgoing/http-client.js';
import { HostNames } from '../outgoing/names/host-names.js';
import { endWithParent } from './parent-watch.js';
import { RemoteCalls } from './remote-calls.js';

/** Serves the main process over the channel of this process, which it must have been forked with. */
export function serveDeliveries(handlers: readonly Handler[]): void {
  // V8 collects a heap with a low limit at each growth by 30 %. The buffers of two batches are more, and each collection visits
  // all code: that was a third of the time of a busy process. A flag that V8 does not know is ignored.
  setFlagsFromString('--heap-growing-percent=300');
  // Log lines are those of the main process, which has the format and the level that the operator chose.
  Logger.overrideLogger(false);
  let calls: RemoteCalls | undefined;
  process.on('message', (message) => {
    const given = message as ToDeliveryProcess;
    if (given.kind === 'start') calls ??= start(handlers, given);
    else if (calls) receive(given, calls);
  });
  // Also when the main process was killed.
  process.once('disconnect', () => process.exit());
  endWithParent();
  // The main process decides when to stop: a terminal sends its signals to both.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.once('uncaughtException', (error) => end(error, calls?.running));
}

function receive(message: Exclude<ToDeliveryProcess, { kind: 'start' }>, calls: RemoteCalls): void {
  switch (message.kind) {
    case 'call':
      void calls.call(message.id, message.call);
      return;
    case 'abort':
      calls.abort(message.id);
      return;
    case 'release':
      calls.release(message.opened);
      return;
    case 'close':
      void calls.close().finally(() => process.exit());
  }
}

function start(
  handlers: readonly Handler[],
  { allowedCidrs, nameServers, beatMs }: Extract<ToDeliveryProcess, { kind: 'start' }>,
): RemoteCalls {
  const guard = new AddressGuard(allowedCidrs, new HostNames({ servers: nameServers }));
  const calls = new RemoteCalls(handlers, new GuardedNetwork(guard), new HttpClient(guard), send);
  // The answer of the thread pool is part of the sign of life: a server can also occupy all its threads.
  setInterval(() => {
    stat('.', () => send({ kind: 'beat', residentBytes: process.memoryUsage.rss() }));
  }, beatMs);
  send({ kind: 'ready' });
  return calls;
}

/** What a client throws in a listener leaves its state unknown, so the process ends; the main process replaces it. */
function end(error: Error, destination: string | undefined): void {
  const fault = {
    kind: 'fault',
    reason: reasonOf(error),
    ...(destination !== undefined && { destination }),
  } as const;
  if (process.connected) process.send?.(fault, undefined, undefined, () => process.exit(1));
  else process.exit(1);
}

function send(message: FromDeliveryProcess): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
