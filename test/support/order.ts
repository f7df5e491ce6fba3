import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { isAlone } from './alone.js';

/** Specs that take longest. Begun late, one of them would be waited for at the end by workers that have nothing left to do. */
const LONG = [
  'e2e/clients/matrix.spec.ts',
  'e2e/crash.spec.ts',
  'e2e/openapi-properties.spec.ts',
  'integration/delivery/delivery.spec.ts',
  'integration/replay/',
];

/** Specs that must be alone come first, then those that take long, so that all workers end at about the same time. */
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
