import { type Socket } from 'node:net';

export const API_VERSIONS = 18;
export const SASL_HANDSHAKE = 17;
export const SASL_AUTHENTICATE = 36;
export const METADATA = 3;
export const PRODUCE = 0;

export const int16 = (value: number): Buffer => {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
};
export const int32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
};
export const text = (value: string): Buffer =>
  Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
export const bytes = (value: string): Buffer =>
  Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]);
export const array = (items: readonly Buffer[]): Buffer => Buffer.concat([int32(items.length), ...items]);

/** A frame of Kafka's protocol with the body that a request waits for. */
export const frame = (correlationId: number, body: Buffer): Buffer =>
  Buffer.concat([int32(body.length + 4), int32(correlationId), body]);

export interface Request {
  readonly api: number;
  readonly correlationId: number;
  readonly body: Buffer;
}

/** Calls back with each request on the socket. */
export function onRequest(socket: Socket, take: (request: Request) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const size = rest.readInt32BE(0);
      const body = rest.subarray(4, 4 + size);
      rest = rest.subarray(4 + size);
      take({ api: body.readInt16BE(0), correlationId: body.readInt32BE(4), body });
    }
  });
}

export const versions = (apis: readonly number[]): Buffer =>
  Buffer.concat([int16(0), array(apis.map((api) => Buffer.concat([int16(api), int16(0), int16(0)])))]);

/** A broker that answers the first request properly, and every later one with this instead. */
export const afterVersions = (act: (socket: Socket, correlationId: number) => unknown) => (socket: Socket) =>
  onRequest(socket, ({ api, correlationId }) => {
    if (api === API_VERSIONS) socket.write(frame(correlationId, versions([METADATA, API_VERSIONS])));
    else act(socket, correlationId);
  });

/**
 * A broker with SCRAM whose answer to the first message is this; without `isWrapped` it speaks the login's older form, in
 * which messages have no header.
 */
export const scramBroker =
  (answer: (nonce: string) => string, isWrapped = true) =>
  (socket: Socket) => {
    let isLogin = false;
    const apis = [METADATA, API_VERSIONS, SASL_HANDSHAKE, ...(isWrapped ? [SASL_AUTHENTICATE] : [])];
    onRequest(socket, ({ api, correlationId, body }) => {
      const first = () => answer(/r=([^,]+)/.exec(body.toString('latin1'))?.[1] ?? '');
      if (isLogin) socket.write(bytes(first()));
      else if (api === API_VERSIONS) socket.write(frame(correlationId, versions(apis)));
      else if (api === SASL_HANDSHAKE) {
        isLogin = !isWrapped;
        const mechanisms = array([text('SCRAM-SHA-256'), text('SCRAM-SHA-512')]);
        socket.write(frame(correlationId, Buffer.concat([int16(0), mechanisms])));
      } else socket.write(frame(correlationId, Buffer.concat([int16(0), int16(-1), bytes(first())])));
    });
  };
