import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { NameLookupFailed } from './name-lookup-failed.js';
import { type NameAnswer, queryName } from './name-query.js';
import { SystemNames } from './system-names.js';

export interface HostNamesOptions {
  /** Name servers as addresses with an optional port; by default those of the system. */
  readonly servers?: readonly string[];
  readonly system?: SystemNames;
  readonly query?: typeof queryName;
  /** A clock in ms that never goes back. */
  readonly now?: () => number;
}

/** The end of the last lookup of a name. `failures` counts those without an answer since the last answer. */
type Remembered = { readonly until: number; readonly failures: number } & (
  { readonly addresses: readonly string[] } | { readonly error: NameLookupFailed }
);

const TTL_MS = { least: 1_000, most: 60_000 };
/** How long "no such name" is remembered. */
const ABSENT_MS = 5_000;
/** How long silence is remembered: it doubles with each failure in a row. */
const SILENT_MS = { first: 5_000, most: 30_000 };
const MOST_REMEMBERED = 10_000;
const MOST_LOOKUPS = 1_024;
const MOST_LOOKUPS_OF_SILENT_NAMES = 128;

/**
 * Addresses of host names for every connection to a destination. Tenants choose the names and may run their name servers, so
 * a name that is not answered must not delay another one:
 * no thread waits for it, all callers share its one lookup, its failure is remembered, and names that were silent at their
 * last lookup share an eighth of the places for lookups.
 */
export class HostNames {
  private readonly remembered = new Map<string, Remembered>();
  private readonly pending = new Map<string, Promise<readonly string[]>>();
  private readonly servers: readonly string[];
  private readonly system: SystemNames;
  private readonly query: typeof queryName;
  private readonly now: () => number;
  private silentPending = 0;

  constructor({
    servers = [],
    system,
    query = queryName,
    now = () => performance.now(),
  }: HostNamesOptions = {}) {
    this.servers = servers;
    this.system = system ?? new SystemNames();
    this.query = query;
    this.now = now;
  }

  /**
   * Addresses of a name, or the address that `host` is in any notation: at least one, of one family if it is given. Rejects
   * with NameLookupFailed.
   */
  async resolve(host: string, family?: 4 | 6): Promise<readonly string[]> {
    const addresses = this.system.ordered(await this.allOf(host.toLowerCase()));
    const eligible = addresses.filter((address) => family === undefined || isIP(address) === family);
    if (eligible.length === 0) throw new NameLookupFailed('ENOTFOUND');
    return eligible;
  }

  private async allOf(name: string): Promise<readonly string[]> {
    if (isIP(name) !== 0) return [name];
    // `127.1`, `0x7f.1` and `2130706433` are addresses to the C library, so they must not be names here.
    if (ipaddr.isValid(name)) return [ipaddr.parse(name).toString()];
    return this.system.addressesOf(name) ?? this.lastAnswer(name) ?? this.shared(name);
  }

  /** Undefined when there is none or it is too old. Throws the failure that is remembered. */
  private lastAnswer(name: string): readonly string[] | undefined {
    const last = this.remembered.get(name);
    if (last === undefined || last.until <= this.now()) return undefined;
    if ('error' in last) throw last.error;
    return last.addresses;
  }

  private shared(name: string): Promise<readonly string[]> {
    const pending = this.pending.get(name);
    if (pending !== undefined) return pending;
    const failures = this.remembered.get(name)?.failures ?? 0;
    const hasPlace =
      this.pending.size < MOST_LOOKUPS &&
      (failures === 0 || this.silentPending < MOST_LOOKUPS_OF_SILENT_NAMES);
    if (!hasPlace) return Promise.reject(new NameLookupFailed('EAI_AGAIN'));
    const lookup = this.lookUp(name, failures).finally(() => this.pending.delete(name));
    this.pending.set(name, lookup);
    return lookup;
  }

  private async lookUp(name: string, failures: number): Promise<readonly string[]> {
    if (failures > 0) this.silentPending += 1;
    try {
      const answer = await this.query(this.system.candidatesOf(name), this.servers);
      this.remember(name, answered(answer, this.now()));
      return answer.addresses;
    } catch (error) {
      if (error instanceof NameLookupFailed) this.remember(name, failed(error, failures, this.now()));
      throw error;
    } finally {
      if (failures > 0) this.silentPending -= 1;
    }
  }

  /** Forgets the oldest lookup beyond the limit: names come from settings and from tenants' servers, so they are unbounded. */
  private remember(name: string, outcome: Remembered): void {
    this.remembered.delete(name);
    this.remembered.set(name, outcome);
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > MOST_REMEMBERED && oldest !== undefined) this.remembered.delete(oldest);
  }
}

function answered({ addresses, ttlMs }: NameAnswer, now: number): Remembered {
  const keptMs = Math.min(Math.max(ttlMs, TTL_MS.least), TTL_MS.most);
  return { addresses, until: now + keptMs, failures: 0 };
}

function failed(error: NameLookupFailed, failures: number, now: number): Remembered {
  if (error.code === 'ENOTFOUND') return { error, until: now + ABSENT_MS, failures: 0 };
  const keptMs = Math.min(SILENT_MS.first * 2 ** failures, SILENT_MS.most);
  return { error, until: now + keptMs, failures: failures + 1 };
}
