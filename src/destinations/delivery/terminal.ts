import { Injectable } from '@nestjs/common';

/** Where handlers print lines for a person. */
@Injectable()
export class Terminal {
  readonly print = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
}
