import { readFileSync, statSync } from 'node:fs';
import { isIP, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Files of the system that say something about names. */
export interface NameFiles {
  /** Addresses of names, as in hosts(5). */
  readonly hosts: string;
  /** Search domains, as in resolv.conf(5). */
  readonly resolver: string;
}

/** How the system qualifies a name that has few dots: resolv.conf(5). */
interface NameSearch {
  readonly domains: readonly string[];
  /** A name with fewer dots is looked up in the search domains first. */
  readonly dots: number;
}

const SYSTEM_FILES: NameFiles = { hosts: '/etc/hosts', resolver: '/etc/resolv.conf' };
const CHECK_EVERY_MS = 5_000;
const LOOPBACK = ['127.0.0.1', '::1'];
const NO_SEARCH: NameSearch = { domains: [], dots: 1 };
/** glibc takes no larger number. */
const MOST_DOTS = 15;

/**
 * What this machine says about names without a name server: its hosts file, `localhost`, its search domains, and the address
 * families that it has. Changed files are noticed within five seconds.
 */
export class SystemNames {
  private checkedAt = -Infinity;
  private versions = '';
  private hosts: ReadonlyMap<string, readonly string[]> = new Map();
  private search = NO_SEARCH;
  private hasFamily = { 4: true, 6: true };

  constructor(
    private readonly files: NameFiles = SYSTEM_FILES,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Addresses of a name in lower case that needs no name server; undefined for any other name. */
  addressesOf(name: string): readonly string[] | undefined {
    this.refresh();
    const plain = name.replace(/\.$/, '');
    // RFC 6761, section 6.3: no name server is asked for `localhost`.
    return this.hosts.get(plain) ?? (/(?:^|\.)localhost$/.test(plain) ? LOOPBACK : undefined);
  }

  /** Full names to ask a name server for, in this order, until one has addresses. */
  candidatesOf(name: string): readonly string[] {
    if (name.endsWith('.')) return [name.slice(0, -1)];
    this.refresh();
    const { domains, dots } = this.search;
    const qualified = domains.map((domain) => `${name}.${domain}`);
    return name.split('.').length - 1 >= dots ? [name, ...qualified] : [...qualified, name];
  }

  /** Puts the families that this machine has first, and IPv4 before IPv6: some clients try the first address only. */
  ordered(addresses: readonly string[]): readonly string[] {
    const rank = (address: string): number => {
      const family = isIPv4(address) ? 4 : 6;
      return (this.hasFamily[family] ? 0 : 2) + (family === 4 ? 0 : 1);
    };
    return [...addresses].sort((one, other) => rank(one) - rank(other));
  }

  /**
   * Reads synchronously on purpose: asynchronous file calls wait for the same few threads as `dns.lookup` and slow disks, and
   * no name would resolve while those are busy. The files are small and are read only when they changed.
   */
  private refresh(): void {
    if (this.now() - this.checkedAt < CHECK_EVERY_MS) return;
    this.checkedAt = this.now();
    this.hasFamily = familiesHere();
    const versions = [this.files.hosts, this.files.resolver].map(versionOf).join(' ');
    if (versions === this.versions) return;
    this.versions = versions;
    this.hosts = hostsIn(orEmpty(() => readFileSync(this.files.hosts, 'utf8')));
    this.search = searchIn(orEmpty(() => readFileSync(this.files.resolver, 'utf8')));
  }
}

function versionOf(file: string): string {
  const stat = orEmpty(() => statSync(file));
  return stat === '' ? stat : `${stat.ino}/${stat.size}/${stat.mtimeMs}`;
}

/** Empty for a file that this process cannot read: names then come from the name servers alone. */
function orEmpty<T>(read: () => T): T | '' {
  try {
    return read();
  } catch {
    return '';
  }
}

/** Words of each line, without comments. */
const wordsOf = (text: string): string[][] =>
  text.split('\n').map((line) =>
    line
      .replace(/[#;].*/, '')
      .split(/\s+/)
      .filter(Boolean),
  );

function hostsIn(text: string): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, string[]>();
  for (const [address = '', ...names] of wordsOf(text)) {
    if (isIP(address) === 0) continue;
    for (const name of new Set(names.map((one) => one.toLowerCase())))
      hosts.set(name, [...(hosts.get(name) ?? []), address]);
  }
  return hosts;
}

/** The last `search` or `domain` line counts. */
function searchIn(text: string): NameSearch {
  let { domains, dots } = NO_SEARCH;
  for (const [keyword, ...values] of wordsOf(text)) {
    if (keyword === 'search' || keyword === 'domain')
      domains = values.map((value) => value.toLowerCase().replace(/\.$/, '')).filter(Boolean);
    const number = keyword === 'options' ? values.findLast((value) => /^ndots:\d+$/.test(value)) : undefined;
    if (number !== undefined) dots = Math.min(Number(number.slice('ndots:'.length)), MOST_DOTS);
  }
  return { domains, dots };
}

function familiesHere(): { 4: boolean; 6: boolean } {
  const outward = Object.values(networkInterfaces()).flatMap((all = []) =>
    all.filter(({ internal, address }) => !internal && !address.startsWith('fe80')),
  );
  const has = (family: string): boolean => outward.some((one) => one.family === family);
  return { 4: has('IPv4'), 6: has('IPv6') };
}
