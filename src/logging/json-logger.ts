import { type LoggerService } from '@nestjs/common';
import pino, { type DestinationStream, type Logger } from 'pino';

/** Least important level that is written; `silent` for none. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Nest's logger on pino: one JSON object per line on standard output. `from` is the class that logs. */
export class JsonLogger implements LoggerService {
  private readonly pino: Logger;

  /** `base` has further keys of every line. */
  constructor(level: LogLevel, destination?: DestinationStream, base: object | null = null) {
    const options = { level, base, timestamp: pino.stdTimeFunctions.isoTime };
    this.pino = destination ? pino(options, destination) : pino(options);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes the logging class last, and for an error its stack before that. */
  private write(
    level: 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const from = rest.at(-1);
    const stack = rest.length > 1 ? rest[0] : undefined;
    if (message instanceof Error) this.pino[level]({ from, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) this.pino[level]({ from, ...message });
    else this.pino[level](stack === undefined ? { from } : { from, stack }, String(message));
  }
}
