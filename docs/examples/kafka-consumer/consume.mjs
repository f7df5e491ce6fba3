// Reads events from the topic and prints each one once. Needs KAFKA_BROKERS; COUNT ends it after so many.
import kafkajs from 'kafkajs';

const {
  KAFKA_BROKERS = '127.0.0.1:9092',
  EVENTS_TOPIC = 'tributary.events',
  GROUP = 'example',
} = process.env;
const count = Number(process.env.COUNT ?? Infinity);

const kafka = new kafkajs.Kafka({
  clientId: 'example',
  brokers: KAFKA_BROKERS.split(','),
  logLevel: kafkajs.logLevel.ERROR,
});
const consumer = kafka.consumer({ groupId: GROUP });

// Delivery is at-least-once: source and message id say which event it is. Keep them where your results are.
const seen = new Set();
let finish;
const finished = new Promise((resolve) => (finish = resolve));

await consumer.connect();
await consumer.subscribe({ topic: EVENTS_TOPIC, fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    const headers = Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
    );
    if (!headers['tributary-schema'].startsWith('1.'))
      throw new Error('another major version of the contract');
    const id = `${headers.source}/${headers.messageId}`;
    if (seen.has(id)) return;
    seen.add(id);
    const event = JSON.parse(message.value.toString());
    const line = {
      workspace: headers.workspace,
      type: event.type,
      name: event.event ?? event.name,
      user: event.userId,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    if (seen.size >= count) finish();
  },
});
await finished;
await consumer.disconnect();
