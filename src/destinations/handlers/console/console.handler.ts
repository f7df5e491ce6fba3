import { IsOptional, Matches } from 'class-validator';
import { type PrintingContext } from '../../contract/context.js';
import { defineHandler, each } from '../../contract/define-handler.js';
import { lineOf } from './line.js';

export class ConsoleSettings {
  /**
   * Printed at the start of each line, to tell several consoles apart.
   * @example staging
   */
  @IsOptional()
  @Matches(/^[\x20-\x7e]{1,40}$/, { message: '$property must be 1 to 40 printable ASCII characters' })
  label?: string;
}

/** Prints events for a person: the first destination of the quickstart. */
export const console_ = defineHandler({
  type: 'console',
  title: 'Console',
  description:
    'Prints each event on the standard output of the process, to check that events arrive; not for production. While no ' +
    'program reads the output, or after its reader has ended, deliveries fail and are retried as for any destination.',
  settings: ConsoleSettings,
  limits: () => ({ maxItems: 100, concurrency: 1 }),
  deliver: each(async ({ event }, { settings, print }: PrintingContext<ConsoleSettings>) => {
    await print(lineOf(event, settings.label));
  }),
});
