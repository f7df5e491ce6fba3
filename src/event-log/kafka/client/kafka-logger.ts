import { Logger } from '@nestjs/common';
import { type LogEntry, type logCreator, logLevel } from 'kafkajs';

/** The same line is printed once in this many ms; kafkajs says everything again with every try. */
const QUIET_MS = 60_000;
const REMEMBERED = 200;

/** Lets kafkajs speak through Nest's logger: warnings and errors only, and never the same thing over and over. */
export const kafkaLogCreator: logCreator = () => {
  const logger = new Logger('KafkaJS');
  const printed = new Map<string, number>();
  return ({ namespace, level, log: entry }: LogEntry) => {
    const { message, groupId, broker, error } = entry as Partial<Record<string, string>>;
    const key = `${namespace}|${message}`;
    const now = Date.now();
    if (now - (printed.get(key) ?? -Infinity) < QUIET_MS) return;
    if (printed.size >= REMEMBERED) printed.clear();
    printed.set(key, now);
    const line = { event: 'kafkajs', namespace, message, groupId, broker, reason: error };
    if (level <= logLevel.ERROR) logger.error(line);
    else logger.warn(line);
  };
};
