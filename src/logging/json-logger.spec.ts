import { describe, expect, it } from 'vitest';
import { JsonLogger } from './json-logger.js';

function linesOf(
  write: (logger: JsonLogger) => void,
  level: 'debug' | 'info' = 'info',
): Record<string, unknown>[] {
  const lines: string[] = [];
  write(new JsonLogger(level, { write: (line) => lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('JsonLogger', () => {
  it('writes an object with the class that logs it', () => {
    const [line] = linesOf((logger) => logger.log({ event: 'call.received', accepted: 2 }, 'EventPublisher'));
    expect(line).toMatchObject({ level: 30, event: 'call.received', accepted: 2, from: 'EventPublisher' });
  });

  it('writes a sentence as the message', () => {
    const [line] = linesOf((logger) => logger.warn('Kafka is away', 'KafkaLog'));
    expect(line).toMatchObject({ level: 40, msg: 'Kafka is away', from: 'KafkaLog' });
  });

  it('keeps the stack of an error', () => {
    const [line] = linesOf((logger) => logger.error(new Error('broken'), 'Filter'));
    expect(line).toMatchObject({ msg: 'broken', err: { message: 'broken' } });
  });

  it('omits lines below its level', () => {
    expect(linesOf((logger) => logger.debug('noise', 'X'))).toEqual([]);
    expect(linesOf((logger) => logger.debug('noise', 'X'), 'debug')).toHaveLength(1);
  });
});
