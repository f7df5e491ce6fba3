import { type CanonicalEvent, type JsonObject } from '../../events/event.js';
import { type EventFields, isEventField, type RemoteCall } from '../bulkhead/messages.js';
import { type DeliveryItem } from '../contract/delivery-item.js';

/**
 * An event whose common fields have come beside its text. Any other use parses the text: to parse every event a second time
 * costs more than all else that a delivery process adds.
 */
class ReceivedEvent implements ProxyHandler<JsonObject> {
  private parsed: JsonObject | undefined;

  constructor(
    private readonly fields: EventFields,
    private readonly index: number,
    private readonly json: string,
  ) {}

  get(_: JsonObject, key: string | symbol): unknown {
    return isEventField(key) ? this.fields[key][this.index] : Reflect.get(this.all(), key);
  }

  has(_: JsonObject, key: string | symbol): boolean {
    return Reflect.has(this.all(), key);
  }

  ownKeys(): (string | symbol)[] {
    return Reflect.ownKeys(this.all());
  }

  getOwnPropertyDescriptor(_: JsonObject, key: string | symbol): PropertyDescriptor | undefined {
    return Reflect.getOwnPropertyDescriptor(this.all(), key);
  }

  private all(): JsonObject {
    // The main process has parsed the same text.
    return (this.parsed ??= JSON.parse(this.json) as JsonObject);
  }
}

/** The items of a call, as its handler gets them. */
export function receivedItems({ json, fields, attempts, replays }: RemoteCall): DeliveryItem[] {
  return json.map((text, index) => {
    const replay = replays[index];
    return {
      event: new Proxy({}, new ReceivedEvent(fields, index, text)) as CanonicalEvent,
      json: text,
      attempt: attempts[index] ?? 1,
      ...(replay !== undefined && { replay }),
    };
  });
}
