import { type CanonicalEvent } from '../../events/event.js';
import { type RemoteCall } from '../bulkhead/messages.js';
import { type DeliveryItem } from '../contract/delivery-item.js';

/** An item in a delivery process. The event is parsed when a handler reads it first. */
class ReceivedItem implements DeliveryItem {
  private parsed: CanonicalEvent | undefined;
  declare readonly replay?: string;

  constructor(
    readonly json: string,
    readonly attempt: number,
    replay: string | undefined,
  ) {
    if (replay !== undefined) this.replay = replay;
  }

  get event(): CanonicalEvent {
    // The main process has parsed the same text.
    return (this.parsed ??= JSON.parse(this.json) as CanonicalEvent);
  }
}

export function receivedItems({ json, attempts, replays }: RemoteCall): DeliveryItem[] {
  return json.map((text, index) => new ReceivedItem(text, attempts[index] ?? 1, replays[index]));
}
