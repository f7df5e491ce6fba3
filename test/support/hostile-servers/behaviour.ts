import { type Socket } from 'node:net';

/** What a hostile server does with each connection. */
export type Behave = (socket: Socket) => unknown;

/** One way in which the server of a destination misbehaves. */
export interface Behaviour {
  readonly name: string;
  readonly behave: Behave;
  /** Settings of the destination, beside those that name the server. */
  readonly settings?: object;
  /** The destination reaches the server with TLS. The behaviour starts where the handshake would begin. */
  readonly tls?: true;
  /** The server sends without end, so few of these run at a time. */
  readonly heavy?: boolean;
  /** The answer may count as a success: the protocol lets a server claim what it has not done. */
  readonly mayDeliver?: boolean;
}

/** Waits for a request before it acts. */
export const afterRequest =
  (act: Behave): Behave =>
  (socket) =>
    socket.once('data', () => act(socket));

/** Sends this once the client has asked for something, and keeps the connection open. */
export const answering = (bytes: string | Buffer): Behave => afterRequest((socket) => socket.write(bytes));

/** Sends this once the client has asked for something, and closes the connection. */
export const answeringAndClosing = (bytes: string | Buffer): Behave =>
  afterRequest((socket) => socket.end(bytes));

/** Sends the bytes one by one, a byte per interval, and starts again at the end. */
export const dripping = (bytes: string | Buffer, everyMs = 50): Behave =>
  afterRequest((socket) => {
    const all = Buffer.from(bytes);
    let sent = 0;
    const timer = setInterval(() => {
      socket.write(all.subarray(sent % all.length, (sent % all.length) + 1));
      sent += 1;
    }, everyMs);
    socket.once('close', () => clearInterval(timer));
  });

/** An honest answer that breaks off after each of its bytes (or each `step` bytes) in turn. */
export function cutAnswers(
  what: string,
  bytes: Buffer,
  serve: (cut: Buffer) => Behave,
  step = 1,
): Behaviour[] {
  const lengths = Array.from(
    { length: Math.ceil((bytes.length - 1) / step) },
    (_, index) => index * step + 1,
  );
  return lengths.map((length) => ({
    name: `${what}, cut after byte ${length}`,
    behave: serve(bytes.subarray(0, length)),
  }));
}

/** Bytes of no protocol, the same each time. */
export const NOISE = Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 167 + 13) % 256));
