import { subscribe } from 'node:diagnostics_channel';
import { type Socket } from 'node:net';

/** Called with the status of an answer as soon as its status line is there, ahead of its headers. */
export type OnStatus = (status: number) => void;

/** Bytes that hold the version and the status. */
const STATUS_BYTES = 12;
const STATUS = /^HTTP\/1\.[01] (\d{3})/;
const SWITCHING_PROTOCOLS = 101;
/** An informational answer that is longer than this, in bytes, is left to the client. */
const MAX_INFORMATIONAL = 65_536;
const NOTHING = Buffer.alloc(0);

/**
 * Reads the status lines on a connection ahead of the client. The status alone says whether the receiver has accepted the
 * request, also when the client cannot read what follows. Informational answers are left out: the client takes 100 as a fault.
 */
export class StatusWatch {
  private held: Buffer = NOTHING;
  private onStatus: OnStatus | undefined;

  /** A request begins: what comes next is its answer. */
  begin(onStatus: OnStatus): void {
    this.held = NOTHING;
    this.onStatus = onStatus;
  }

  /** Takes the next bytes, and returns those that the client may read now. */
  read(chunk: Buffer): Buffer {
    if (this.onStatus === undefined) return chunk;
    this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    while (this.held.length >= STATUS_BYTES) {
      const [, digits] = STATUS.exec(this.held.toString('latin1', 0, STATUS_BYTES)) ?? [];
      if (digits === undefined) return this.rest();
      const status = Number(digits);
      if (status >= 200 || status === SWITCHING_PROTOCOLS) {
        this.onStatus(status);
        return this.rest();
      }
      const end = this.held.indexOf('\r\n\r\n');
      if (end === -1) return this.held.length > MAX_INFORMATIONAL ? this.rest() : NOTHING;
      this.held = this.held.subarray(end + 4);
    }
    return NOTHING;
  }

  /** All that is held: it is no status line, or the last one that matters. */
  rest(): Buffer {
    const { held } = this;
    this.held = NOTHING;
    this.onStatus = undefined;
    return held;
  }
}

const watches = new WeakMap<object, StatusWatch>();
const requests = new WeakMap<object, OnStatus>();

/** Has the status lines on a new connection read. The client must not have read from it yet. */
export function watchStatus(socket: Socket): void {
  const watch = new StatusWatch();
  watches.set(socket, watch);
  const push = socket.push.bind(socket);
  socket.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (Buffer.isBuffer(chunk)) {
      const readable = watch.read(chunk);
      return readable.length === 0 || push(readable, encoding);
    }
    const rest = watch.rest();
    if (chunk === null && rest.length > 0) push(rest);
    return push(chunk, encoding);
  };
}

/** Has the status of the answer to the request with this body told. The body is the only object that undici passes on. */
export function onStatusOf(body: Buffer, onStatus: OnStatus): void {
  requests.set(body, onStatus);
}

interface SentHeaders {
  readonly request: { readonly body: unknown };
  readonly socket: object;
}

// undici publishes it before it writes the request.
subscribe('undici:client:sendHeaders', (message) => {
  const { request, socket } = message as SentHeaders;
  const onStatus = Object(request.body) === request.body ? requests.get(request.body as object) : undefined;
  if (onStatus !== undefined) watches.get(socket)?.begin(onStatus);
});
