import { DeliveryError } from '../contract/delivery-error.js';
import { type ItemResult } from '../contract/delivery-item.js';
import { type CallObserver, type FromDeliveryProcess } from './messages.js';

/** A call that its delivery process has not answered, aborted ones included. */
interface PendingCall {
  readonly destination: string;
  readonly observer: CallObserver | undefined;
  readonly resolve: (results: readonly ItemResult[]) => void;
  readonly reject: (error: Error) => void;
}

/** What a delivery process reports about a call. */
export type CallReport = Extract<FromDeliveryProcess, { readonly id: number }>;

const OK: ItemResult = { kind: 'ok' };

/** The calls in flight in one delivery process. */
export class PendingCalls {
  private readonly calls = new Map<number, PendingCall>();
  private lastId = 0;

  get size(): number {
    return this.calls.size;
  }

  /** Returns the call's id in messages. */
  add(call: PendingCall): number {
    this.lastId += 1;
    this.calls.set(this.lastId, call);
    return this.lastId;
  }

  receive(report: CallReport): void {
    const call = this.calls.get(report.id);
    switch (report.kind) {
      case 'response':
        call?.observer?.onResponse(report.response);
        return;
      case 'printed':
        call?.observer?.onPrint(report.line);
        return;
      case 'results': {
        const { results } = report;
        this.calls.delete(report.id);
        call?.resolve(typeof results === 'number' ? Array.from({ length: results }, () => OK) : results);
        return;
      }
      case 'thrown':
        this.calls.delete(report.id);
        call?.reject(new DeliveryError(report.result));
    }
  }

  /** The destinations of the calls, each once. */
  destinations(): string[] {
    return [...new Set([...this.calls.values()].map(({ destination }) => destination))];
  }

  rejectAll(error: Error): void {
    for (const call of this.calls.values()) call.reject(error);
    this.calls.clear();
  }
}
