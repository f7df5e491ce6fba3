import { Injectable } from '@nestjs/common';

/** One sentence about something that is not as it should be, though the instance works; undefined when all is well. */
export type Condition = () => string | undefined;

/** What operators should know of an instance that is ready. Whoever knows adds it; the readiness probe tells it. */
@Injectable()
export class Conditions {
  private readonly conditions: Condition[] = [];

  add(condition: Condition): void {
    this.conditions.push(condition);
  }

  now(): string[] {
    return this.conditions.map((condition) => condition()).filter((sentence) => sentence !== undefined);
  }
}
