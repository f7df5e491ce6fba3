import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../config/config.js';
import { type LogRecord, EventLog } from '../event-log/event-log.js';
import { type NormalizedCall, type Rejection } from '../events/call.js';
import { type CanonicalEvent } from '../events/event.js';

/** Version of the records on the topics; a breaking change of value or headers is a new major and a new topic. */
export const SCHEMA_VERSION = '1.0';
/** Most characters of a rejected message that its record keeps. */
const MAX_ORIGINAL = 65_536;

/**
 * Puts a normalised call into the event log: one append, accepted and rejected together. It does not decide what is
 * accepted, nor how the caller is answered.
 */
@Injectable()
export class EventPublisher {
  private readonly lines = new Logger(EventPublisher.name);

  constructor(
    private readonly log: EventLog,
    private readonly config: Config,
  ) {}

  /**
   * Resolves when the log has every record durably; throws the call's refusal afterwards when nothing was accepted, and
   * LogUnavailable or LogOverloaded when the log could not take it.
   */
  async publish(call: NormalizedCall): Promise<void> {
    const accepted = call.accepted.map((event) => this.eventRecord(event, call));
    const rejected = call.rejected.map((rejection) => this.rejectedRecord(rejection, call));
    if (accepted.length + rejected.length > 0) await this.log.append([...accepted, ...rejected]);
    this.lines.debug({
      event: 'call.received',
      source: call.source.id,
      accepted: accepted.length,
      rejected: rejected.length,
      ms: Date.now() - call.receivedAt.getTime(),
    });
    if (call.refusal) throw call.refusal;
  }

  private eventRecord(event: CanonicalEvent, { source }: NormalizedCall): LogRecord {
    return {
      topic: this.config.EVENTS_TOPIC,
      key: `${source.workspaceId}:${source.id}:${event.userId ?? event.anonymousId ?? ''}`,
      value: JSON.stringify(event),
      headers: {
        'tributary-schema': SCHEMA_VERSION,
        workspace: source.workspaceId,
        source: source.id,
        type: event.type,
        messageId: event.messageId,
        receivedAt: event.receivedAt,
      },
    };
  }

  private rejectedRecord(rejection: Rejection, { source, receivedAt }: NormalizedCall): LogRecord {
    const { code, pointer, index, original } = rejection;
    const cut = original.length > MAX_ORIGINAL;
    const text = cut ? original.slice(0, MAX_ORIGINAL) : original;
    return {
      topic: this.config.REJECTED_TOPIC,
      key: source.id,
      value: JSON.stringify({
        code,
        pointer,
        index,
        receivedAt: receivedAt.toISOString(),
        original: text,
        cut,
      }),
      headers: {
        'tributary-schema': SCHEMA_VERSION,
        workspace: source.workspaceId,
        source: source.id,
        code,
        receivedAt: receivedAt.toISOString(),
      },
    };
  }
}
