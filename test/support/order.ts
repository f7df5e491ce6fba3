import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { isAlone } from './alone.js';

/** The longest specs. If one of them started late, the other workers would be idle at the end. */
const LONG = [
  'e2e/clients/matrix.spec.ts',
  'e2e/crash.spec.ts',
  'e2e/openapi-properties.spec.ts',
  'integration/delivery/delivery.spec.ts',
  'integration/replay/',
];

/** Runs the specs that must be alone first, then the longest ones, so that all workers end at about the same time. */
export class Order extends BaseSequencer {
  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(specs);
    return sorted.toSorted((a, b) => rank(a.moduleId) - rank(b.moduleId));
  }
}

function rank(path: string): number {
  if (isAlone(path)) return 0;
  return LONG.some((spec) => path.includes(`/test/${spec}`)) ? 1 : 2;
}
