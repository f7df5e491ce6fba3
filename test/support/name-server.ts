import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What the zone says of a name: its addresses, silence, or failure. A name that is missing does not exist. */
export type ZoneEntry = readonly string[] | 'silent' | 'servfail';

/** A name server on a free UDP port of loopback. */
export interface NameServer {
  /** As DNS_SERVERS takes it. */
  readonly address: string;
  /** Questions so far, as `A name` or `AAAA name`. */
  readonly questions: string[];
  readonly zone: Map<string, ZoneEntry>;
  /** Seconds. */
  ttl: number;
  close(): void;
}

const TYPES: Readonly<Record<number, 'A' | 'AAAA'>> = { 1: 'A', 28: 'AAAA' };

export async function startNameServer(zone: Readonly<Record<string, ZoneEntry>>): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const server: NameServer = {
    address: `127.0.0.1:${socket.address().port}`,
    questions: [],
    zone: new Map(Object.entries(zone)),
    ttl: 30,
    close: () => socket.close(),
  };
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = questionOf(query);
    server.questions.push(`${type} ${name}`);
    const entry = server.zone.get(name);
    if (entry === 'silent') return;
    const addresses = typeof entry === 'object' ? entry.filter((one) => isIPv4(one) === (type === 'A')) : [];
    const code = entry === undefined ? 3 : entry === 'servfail' ? 2 : 0;
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180 | code, 2);
    for (const [at, count] of [1, addresses.length, 0, 0].entries()) head.writeUInt16BE(count, 4 + 2 * at);
    const records = addresses.map((one) => recordOf(one, server.ttl));
    socket.send(Buffer.concat([head, query.subarray(12, end), ...records]), port, address);
  });
  return server;
}

function questionOf(query: Buffer): { name: string; type: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const number = query.readUInt16BE(at + 1);
  return { name: labels.join('.').toLowerCase(), type: TYPES[number] ?? String(number), end: at + 5 };
}

/** An answer record for the name of the question. */
function recordOf(address: string, ttl: number): Buffer {
  const data = Buffer.from(ipaddr.parse(address).toByteArray());
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(isIPv4(address) ? 1 : 28, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(ttl, 6);
  record.writeUInt16BE(data.length, 10);
  return Buffer.concat([record, data]);
}
