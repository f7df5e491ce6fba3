import { AdminApi } from '../../e2e/openapi/admin-api.js';
import { type Attempt, HostileTenant } from './hostile-tenant.js';
import { type HostileType } from './hostile-types.js';

/** Destinations of one type in a group. Of those whose servers send without end, each may take its whole budget. */
const GROUP = 60;
const HEAVY_GROUP = 2;

export const ADMIN_TOKEN = 'the-token-of-the-hostile-suite';

/** Runs every behaviour of the types against one product, each type in a workspace of its own and all types at the same time. */
export async function besiege(
  address: string,
  types: readonly HostileType[],
  caCertificate: string,
): Promise<ReadonlyMap<string, ReadonlyMap<string, readonly Attempt[]>>> {
  const admin = new AdminApi(address, ADMIN_TOKEN);
  const tenants = await Promise.all(types.map((type) => HostileTenant.make(admin, type, caCertificate)));
  const runAll = (heavy: boolean, size: number, waiting?: number) =>
    Promise.all(
      tenants.map((tenant) =>
        tenant.run(
          tenant.type.behaviours.filter((behaviour) => (behaviour.heavy ?? false) === heavy),
          size,
          waiting,
        ),
      ),
    );
  try {
    await runAll(false, GROUP);
    await runAll(true, HEAVY_GROUP, 0);
  } finally {
    await Promise.all(tenants.map((tenant) => tenant.close()));
  }
  return new Map(tenants.map(({ type, attempts }) => [type.type, attempts]));
}
