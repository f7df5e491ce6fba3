/**
 * Specs that measure: how long an answer takes, how many calls there are in a second, how much memory, which transactions the
 * server has. A neighbour at work would be measured too, so these run while no other spec does, and before the others.
 */
export const ALONE = [
  'e2e/chaos.spec.ts',
  'e2e/destination-changes.spec.ts',
  'e2e/hostile/hostile.spec.ts',
  'e2e/kafka-outage.spec.ts',
  'e2e/write-keys.spec.ts',
  'integration/auth/write-key-rows.spec.ts',
  'integration/delivery/isolation.spec.ts',
  'integration/event-log/kafka-log.spec.ts',
  'integration/rate-limit/redis-windows.spec.ts',
];

export const isAlone = (path: string): boolean => ALONE.some((spec) => path.endsWith(`/test/${spec}`));
