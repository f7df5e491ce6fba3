import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { type Identity } from '../certificates.js';
import { afterRequest, answering, type Behave, type Behaviour, dripping, NOISE } from './behaviour.js';
import { sendForEver } from './hostile-server.js';

/** How the server ends a handshake that it has cut. */
type Ending = 'end' | 'reset' | 'silence';

/** Bytes of the server's first flight after which it is cut: in and between the fields of records, then in larger steps. */
const CUTS = [
  1, 2, 3, 4, 5, 6, 9, 10, 11, 42, 43, 44, 75, 76, 78, 79, 81, 90, 110, 127, 128, 133, 134, 150, 200, 300,
  500, 800, 1_100,
];

/** A TLS server that sends only so many bytes, and then ends the connection as said. */
function cutHandshake(identity: Identity, length: number, ending: Ending): Behave {
  return (socket) => {
    let left = length;
    const cut = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        const sent = chunk.subarray(0, left);
        left -= sent.length;
        if (sent.length > 0) socket.write(sent);
        if (left === 0 && ending === 'end') socket.end();
        if (left === 0 && ending === 'reset') socket.resetAndDestroy();
        done();
      },
    });
    socket.on('data', (chunk) => cut.push(chunk)).on('close', () => cut.destroy());
    const server = new tls.TLSSocket(cut, options(identity));
    server.on('error', () => undefined);
  };
}

const options = ({ certificate, key }: Identity, more: tls.TLSSocketOptions = {}): tls.TLSSocketOptions => ({
  isServer: true,
  cert: certificate,
  key,
  ...more,
});

/** Speaks TLS on a connection, and acts on the encrypted one once its handshake has ended. */
export function encrypted(identity: Identity, behave: Behave, more: tls.TLSSocketOptions = {}): Behave {
  return (socket) => {
    const server = new tls.TLSSocket(socket, options(identity, more));
    server.on('error', () => undefined);
    server.once('secure', () => behave(server));
  };
}

const alert = (code: number): Buffer => Buffer.from([0x15, 3, 3, 0, 2, 2, code]);
/** A record of TLS, whose length may lie. */
const record = (type: number, body: Buffer, length = body.length): Buffer =>
  Buffer.concat([Buffer.from([type, 3, 3, length >> 8, length & 0xff]), body]);
const HANDSHAKE = 0x16;
const HELLO_REQUEST = record(HANDSHAKE, Buffer.from([0, 0, 0, 0]));
const SERVER_HELLO = 2;
/** The header of a handshake message whose length is 2²⁴ − 1. */
const HUGE_MESSAGE = Buffer.from([SERVER_HELLO, 0xff, 0xff, 0xff]);

const ANSWERS: Readonly<Record<string, Buffer>> = {
  ...Object.fromEntries(
    [
      0, 10, 20, 40, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 70, 71, 80, 86, 90, 109, 110, 112, 113, 116, 120,
      255,
    ].map((code) => [`the alert ${code}`, alert(code)]),
  ),
  'text in place of TLS': Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
  noise: NOISE,
  'zero bytes': Buffer.alloc(10_000),
  'a record of an unknown type': record(0x63, Buffer.alloc(10)),
  'a record longer than TLS permits': record(HANDSHAKE, NOISE, 0xffff),
  'an empty record': record(HANDSHAKE, Buffer.alloc(0)),
  '10,000 empty records': Buffer.concat(Array<Buffer>(10_000).fill(record(0x17, Buffer.alloc(0)))),
  '10,000 requests for a new handshake': Buffer.concat(Array<Buffer>(10_000).fill(HELLO_REQUEST)),
  'a handshake message of 16 MB': record(HANDSHAKE, Buffer.concat([HUGE_MESSAGE, Buffer.alloc(16_000)])),
  'a ServerHello of noise': record(
    HANDSHAKE,
    Buffer.concat([Buffer.from([SERVER_HELLO, 0, 0, 90]), NOISE.subarray(0, 90)]),
  ),
  'data before the handshake': record(0x17, Buffer.alloc(100)),
};

/** What a server does to the TLS of a destination, whatever protocol follows. `other` is certified by no one the client trusts. */
export function tlsBehaviours(identity: Identity, other: Identity): Behaviour[] {
  const handshake = (name: string, behave: Behave): Behaviour => ({
    name: `TLS: ${name}`,
    behave,
    tls: true,
  });
  const after = (name: string, behave: Behave, more: Partial<Behaviour> = {}): Behaviour => ({
    name: `TLS, then ${name}`,
    behave: encrypted(identity, behave),
    tls: true,
    ...more,
  });
  return [
    ...CUTS.map((length) => handshake(`cut after byte ${length}`, cutHandshake(identity, length, 'end'))),
    ...[5, 100, 800].flatMap((length) => [
      handshake(`reset after byte ${length}`, cutHandshake(identity, length, 'reset')),
      handshake(`silent after byte ${length}`, cutHandshake(identity, length, 'silence')),
    ]),
    ...Object.entries(ANSWERS).map(([name, bytes]) => handshake(name, answering(bytes))),
    handshake('the client’s own bytes', (socket) => socket.pipe(socket)),
    handshake('one byte at a time of a handshake', dripping(record(HANDSHAKE, HUGE_MESSAGE, 0x4000))),
    handshake(
      'a certificate of an unknown authority',
      encrypted(other, () => undefined),
    ),
    handshake(
      'a request for a certificate',
      encrypted(identity, (socket) => socket.end(), { requestCert: true, rejectUnauthorized: true }),
    ),
    handshake(
      'version 1.2 only, and a close',
      encrypted(identity, (socket) => socket.end(), {
        secureContext: tls.createSecureContext({
          cert: identity.certificate,
          key: identity.key,
          maxVersion: 'TLSv1.2',
        }),
      }),
    ),
    handshake(
      '200 certificates',
      encrypted(
        { ...identity, certificate: identity.certificate + other.certificate.repeat(200) },
        (socket) => socket.end(),
      ),
    ),
    {
      ...handshake(
        'handshake records without end',
        afterRequest((socket) =>
          sendForEver(socket, Buffer.concat(Array<Buffer>(1_000).fill(HELLO_REQUEST))),
        ),
      ),
      heavy: true,
    },
    after('a close', (socket) => socket.end()),
    after('a reset', (socket) => socket.destroy()),
    after('silence', (socket) => socket.resume()),
    after(
      'a close after the first request',
      afterRequest((socket) => socket.end()),
    ),
    after('noise', answering(NOISE)),
    after('zero bytes', answering(Buffer.alloc(10_000))),
    after(
      'noise without end',
      afterRequest((socket) => sendForEver(socket, NOISE)),
      { heavy: true },
    ),
    {
      name: 'TLS, then noise beside it',
      tls: true,
      behave: (socket) => encrypted(identity, () => socket.write(NOISE))(socket),
    },
  ];
}
