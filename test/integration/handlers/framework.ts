import { loadConfig } from '../../../src/config/load-config.js';
import { Bulkhead } from '../../../src/destinations/bulkhead/bulkhead.js';
import { Circuits } from '../../../src/destinations/delivery/engine/circuits.js';
import { type Delivery } from '../../../src/destinations/delivery/model/delivery.js';
import { type PreparedDestination } from '../../../src/destinations/delivery/model/prepared-destination.js';
import { DeliveryEngine } from '../../../src/destinations/delivery/engine/delivery-engine.js';
import { HandlerCalls } from '../../../src/destinations/delivery/call/handler-calls.js';
import { OpenHandlers } from '../../../src/destinations/delivery/call/open-handlers.js';
import { type Outcome } from '../../../src/destinations/delivery/model/outcome.js';
import { type Terminal } from '../../../src/destinations/delivery/call/terminal.js';
import { handlerLimitsOf } from '../../../src/destinations/settings/destination-types.js';
import { type ItemResult } from '../../../src/destinations/contract/delivery-item.js';
import { type Handler, type HandlerLimits } from '../../../src/destinations/contract/handler.js';
import { HttpClient } from '../../../src/destinations/outgoing/http-client.js';
import { AddressGuard } from '../../../src/destinations/outgoing/address-guard.js';
import { GuardedNetwork } from '../../../src/destinations/outgoing/guarded-network.js';
import { settingsOf } from '../../../src/destinations/settings/check-settings.js';
import { type CanonicalEvent } from '../../../src/events/event.js';
import { Gauges } from '../../../src/metrics/gauges.js';
import { bulkheadOptions } from '../../support/bulkhead/bulkhead-options.js';
import { noBulkhead } from '../../support/bulkhead/no-bulkhead.js';
import { noDeliveryLog } from '../../support/no-delivery-log.js';
import { terminalTo } from '../../support/terminal.js';

const config = loadConfig({});
let offset = 0;

/** The delivery processes of this test worker by the network that they may reach; they end with the worker. */
const bulkheads = new Map<string, Bulkhead>();

function bulkheadFor(allowed: string): Bulkhead {
  const known = bulkheads.get(allowed) ?? new Bulkhead({ ...bulkheadOptions, allowedCidrs: [allowed] });
  bulkheads.set(allowed, known);
  return known;
}

/** Deliveries of events as the event log holds them. `json` makes the text where JSON.stringify cannot. */
export function deliveriesOf(
  events: readonly CanonicalEvent[],
  json: (event: CanonicalEvent) => string = JSON.stringify,
): Delivery[] {
  return events.map((event) => ({
    origin: `tributary.events/0/${(offset += 1)}`,
    item: { event, json: json(event), attempt: 1 },
  }));
}

/** The parts of the delivery engine around a handler, assembled as in the product, for one destination. */
export class Framework {
  private readonly http: HttpClient;
  private readonly open: OpenHandlers;
  private readonly calls: HandlerCalls;
  private readonly engine: DeliveryEngine;
  private readonly destination: PreparedDestination;

  /**
   * `limits` replaces limits of the type, such as a time limit that is too long for a test. `allowed` is a network that the
   * operator has allowed. `terminal` gets the printed lines. `processes`: how many delivery processes, or those to use.
   */
  constructor(
    handler: Handler,
    settings: object,
    limits: Partial<HandlerLimits> = {},
    allowed: string = '127.0.0.0/8',
    terminal: Terminal = terminalTo([]),
    processes: number | Bulkhead = config.DELIVERY_PROCESSES,
  ) {
    const guard = new AddressGuard([allowed]);
    this.http = new HttpClient(guard);
    const bulkhead =
      typeof processes === 'object' ? processes : processes === 0 ? noBulkhead : bulkheadFor(allowed);
    this.open = new OpenHandlers(new GuardedNetwork(guard));
    this.calls = new HandlerCalls(this.http, terminal, this.open, bulkhead);
    this.engine = new DeliveryEngine(this.calls, config, noDeliveryLog, new Circuits(new Gauges()));
    const typed = settingsOf(handler, settings);
    this.destination = {
      id: 'dst_suite',
      workspaceId: 'wsp_1',
      handler,
      settings: typed,
      limits: { ...handlerLimitsOf(handler, typed), ...limits },
      retryDelaysSeconds: null,
      sources: new Map(),
      version: 1,
      state: 'active',
    };
  }

  attempt(
    deliveries: readonly Delivery[],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Outcome[]> {
    return this.engine.attempt(this.destination, deliveries, signal);
  }

  /** One call of the handler, without the grace period that the engine gives in-flight calls at a stop. */
  call(deliveries: readonly Delivery[], stop: AbortSignal): Promise<readonly ItemResult[]> {
    const items = deliveries.map(({ item }) => item);
    return this.calls.resultsOf(this.destination, items, stop);
  }

  async close(): Promise<void> {
    await this.open.onApplicationShutdown();
    this.calls.release(this.destination);
    await this.http.onApplicationShutdown();
  }
}
