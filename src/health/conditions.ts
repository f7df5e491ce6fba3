import { Injectable } from '@nestjs/common';

/** One sentence about a fault that does not keep the instance from working; undefined without the fault. */
export type Condition = () => string | undefined;

/** Faults that an operator should know although the instance is ready. Modules add them; the readiness probe reports them. */
@Injectable()
export class Conditions {
  private readonly conditions: Condition[] = [];

  /** The condition is evaluated at each probe. */
  add(condition: Condition): void {
    this.conditions.push(condition);
  }

  /** Sentences of the conditions that hold now. */
  now(): string[] {
    return this.conditions.map((condition) => condition()).filter((sentence) => sentence !== undefined);
  }
}
