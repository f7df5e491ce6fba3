/**
 * Specs that measure response times, calls per second, memory, or the server's transactions. Another spec that runs at the
 * same time would be measured too, so these specs run alone, before the others.
 */
export const ALONE = [
  'e2e/chaos.spec.ts',
  'e2e/destination-changes.spec.ts',
  'e2e/hostile-servers/hostile-servers.spec.ts',
  'e2e/hostile/hostile.spec.ts',
  'e2e/kafka-outage.spec.ts',
  'e2e/regression-guard.spec.ts',
  'e2e/write-keys.spec.ts',
  'integration/auth/write-key-rows.spec.ts',
  'integration/delivery/isolation.spec.ts',
  'integration/event-log/kafka-log.spec.ts',
  'integration/rate-limit/redis-windows.spec.ts',
];

export const isAlone = (path: string): boolean => ALONE.some((spec) => path.endsWith(`/test/${spec}`));
