import { Resolver } from 'node:dns/promises';
import { withDeadline, withTimeLimit } from '../../../resilience/time-limit.js';
import { NameLookupFailed } from './name-lookup-failed.js';

/** Addresses of a name, and how long they may be remembered, in ms. */
export interface NameAnswer {
  readonly addresses: readonly string[];
  readonly ttlMs: number;
}

/** One record of an answer. */
interface AddressRecord {
  readonly address: string;
  /** Seconds. */
  readonly ttl: number;
}

/** Records of one family, or the code of c-ares for why there are none. */
interface FamilyAnswer {
  readonly records: readonly AddressRecord[];
  readonly code?: string;
}

const QUERY_MS = 1_500;
const TRIES = 2;
/** All tries at all servers for all candidates of a name, shorter than the time for a connection. */
const NAME_MS = 4_000;
/** How long addresses of one family wait for the answer about the other: some servers never answer about IPv6. */
const OTHER_FAMILY_MS = 500;
/** Of each family. A tenant's name server could answer with thousands, which each connection would try and memory would keep. */
const MOST_ADDRESSES = 16;

/** The name does not exist, has no address, or cannot be a name. */
const ABSENT: ReadonlySet<string | undefined> = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME', 'EBADQUERY']);

/**
 * Asks name servers for the first of these full names that has addresses, within four seconds. Without `servers` it asks
 * those of the system. Rejects with NameLookupFailed.
 *
 * Each call has a resolver of its own, which is one channel of c-ares: a name that does not answer occupies no thread,
 * counts as no failure of the server for other names, and ends with the time limit.
 */
export async function queryName(
  candidates: readonly string[],
  servers: readonly string[],
): Promise<NameAnswer> {
  const resolver = new Resolver({ timeout: QUERY_MS, tries: TRIES });
  if (servers.length > 0) resolver.setServers(servers);
  try {
    return await withTimeLimit(
      NAME_MS,
      () => new NameLookupFailed('EAI_AGAIN'),
      undefined,
      (signal) => firstAnswer(resolver, candidates, signal),
    );
  } finally {
    resolver.cancel();
  }
}

/**
 * Like glibc, a candidate that a server fails to look up is skipped, since a search domain may be broken, but silence ends the
 * search.
 */
async function firstAnswer(
  resolver: Resolver,
  candidates: readonly string[],
  signal: AbortSignal,
): Promise<NameAnswer> {
  let failed = false;
  for (const name of candidates) {
    signal.throwIfAborted();
    const families = await bothFamilies(resolver, name);
    const records = families.flatMap((family) => family.records);
    if (records.length > 0) {
      const ttlMs = Math.min(...records.map(({ ttl }) => ttl)) * 1_000;
      return { addresses: records.map(({ address }) => address), ttlMs };
    }
    const faults = families.filter(({ code }) => !ABSENT.has(code));
    failed ||= faults.length > 0;
    if (faults.some(({ code }) => code !== 'ESERVFAIL')) break;
  }
  throw new NameLookupFailed(failed ? 'EAI_AGAIN' : 'ENOTFOUND');
}

async function bothFamilies(resolver: Resolver, name: string): Promise<readonly FamilyAnswer[]> {
  const queries = [
    answered(resolver.resolve4(name, { ttl: true })),
    answered(resolver.resolve6(name, { ttl: true })),
  ];
  const withRecords = queries.map(async (query) => {
    if ((await query).records.length === 0) throw new NameLookupFailed('ENOTFOUND');
  });
  await Promise.any(withRecords).catch(() => undefined);
  const families = await Promise.all(queries.map((query) => withDeadline(query, OTHER_FAMILY_MS)));
  return families.filter((family) => family !== undefined);
}

function answered(query: Promise<AddressRecord[]>): Promise<FamilyAnswer> {
  return query.then(
    (records) => ({ records: records.slice(0, MOST_ADDRESSES) }),
    (error: unknown) => ({ records: [], code: (error as NodeJS.ErrnoException).code ?? 'unknown' }),
  );
}
