import { IsOptional, Matches } from 'class-validator';
import { type PrintingContext } from '../../contract/context.js';
import { defineHandler, each } from '../../contract/define-handler.js';
import { lineOf } from './line.js';

export class ConsoleSettings {
  /**
   * Printed at the head of each line, to tell one console from another.
   * @example staging
   */
  @IsOptional()
  @Matches(/^[\x20-\x7e]{1,40}$/, { message: '$property must be 1 to 40 printable ASCII characters' })
  label?: string;
}

/** Prints events where a person can see them: the first destination of the quickstart. */
export const console_ = defineHandler({
  type: 'console',
  title: 'Console',
  description:
    'Prints each event on the terminal of the process: to see that something arrives, not for production. While nobody reads ' +
    'the output, or after its reader has gone, events wait as they do for any destination that fails.',
  settings: ConsoleSettings,
  limits: () => ({ maxItems: 100, concurrency: 1 }),
  deliver: each(async ({ event }, { settings, print }: PrintingContext<ConsoleSettings>) => {
    await print(lineOf(event, settings.label));
  }),
});
