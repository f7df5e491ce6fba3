// The bare server that the product is compared with: node:http, one JSON.parse per request, one JSON.stringify per event, and
// an answer once the events are durable. It checks, corrects and counts nothing.
// node bare.mjs <kafka | file> <port> <brokers and topic, or the file>
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import { Kafka, logLevel, Partitioners } from 'kafkajs';

const [, , kind = '', port = '', place = '', topic = ''] = process.argv;
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const ANSWER = '{"success":true}';

/** @typedef {{ texts: string[], done: (error?: unknown) => void }} Waiting */

/**
 * Gathers what arrives while a write is in flight, and writes it together: the baseline batches as well as the product.
 * @param {(texts: string[]) => Promise<unknown>} write
 */
function gathering(write) {
  /** @type {Waiting[]} */
  let waiting = [];
  let isWriting = false;
  const flush = async () => {
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      const now = waiting;
      waiting = [];
      try {
        await write(now.flatMap(({ texts }) => texts));
        for (const { done } of now) done();
      } catch (error) {
        for (const { done } of now) done(error);
      }
    }
    isWriting = false;
  };
  return (/** @type {string[]} */ texts, /** @type {(error?: unknown) => void} */ done) => {
    waiting.push({ texts, done });
    void flush();
  };
}

async function kafkaWriter() {
  const kafka = new Kafka({ clientId: 'bare', brokers: place.split(','), logLevel: logLevel.ERROR });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  return gathering((texts) =>
    producer.send({
      topic,
      acks: -1,
      messages: texts.map((value) => ({ key: keyOf(value), value })),
    }),
  );
}

/**
 * Part of the text that differs from event to event: the key spreads events over partitions.
 * @param {string} text
 */
function keyOf(text) {
  return text.slice(-24);
}

async function fileWriter() {
  const file = await open(place, 'a');
  return gathering(async (texts) => {
    await file.write(`${texts.join('\n')}\n`);
    await file.datasync();
  });
}

const write = kind === 'kafka' ? await kafkaWriter() : await fileWriter();

createServer((request, response) => {
  const { url = '' } = request;
  if (request.method === 'GET') {
    const data = new URL(url, 'http://localhost').searchParams.get('data') ?? '';
    const event = JSON.parse(Buffer.from(data, 'base64').toString());
    write([JSON.stringify(event)], (error) => {
      response.writeHead(error ? 503 : 200, { 'Content-Type': 'image/gif', 'Content-Length': GIF.length });
      response.end(GIF);
    });
    return;
  }
  /** @type {Buffer[]} */
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const body = JSON.parse(
      (parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts)).toString(),
    );
    const events = Array.isArray(body.batch) ? body.batch : [body];
    write(
      events.map((/** @type {unknown} */ event) => JSON.stringify(event)),
      (error) => {
        const head = { 'Content-Type': 'application/json', 'Content-Length': ANSWER.length };
        response.writeHead(error ? 503 : 200, head);
        response.end(ANSWER);
      },
    );
  });
}).listen(Number(port), '127.0.0.1');
