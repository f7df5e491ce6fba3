import { Injectable, Logger } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { OperationsConfig } from '../../config/operations.config.js';

const WINDOW_MS = 60_000;
/** The first block of an address; each further one takes twice as long, up to the longest. */
const FIRST_BLOCK_MS = 60_000;
const LONGEST_BLOCK_MS = 900_000;
/** A quiet address is forgotten after this time, and with it the length of its last block. */
const FORGET_MS = 3_600_000;
/** Unknown tokens of one address that may be checked at the same time: checks that overlap would pass the limit together. */
const MAX_CHECKS = 50;
/** Most addresses, and most proven pairs, in memory: about 2 MB. Beyond it, the longest unused ones are forgotten. */
const MAX_KEPT = 10_000;
const UNKNOWN = 'unknown';

/** A caller with a token that is to be checked. */
export interface TokenHolder {
  readonly address: string | undefined;
  readonly hash: Buffer;
}

interface Attempts {
  failures: number;
  since: number;
  checks: number;
  blocks: number;
  blockedUntil: number;
  unlogged: number;
  loggedAt: number;
  lastAt: number;
}

/**
 * Limits the wrong admin tokens of each client address (IPv6: of each /64 network). Past the limit, the address must wait, and
 * its tokens are refused unchecked: otherwise a guess could still succeed. A token that has worked from that address goes on
 * working, so a guesser behind the same proxy does not lock an administrator out. Right tokens count nothing.
 */
@Injectable()
export class FailedTokens {
  private readonly logger = new Logger('Administration');
  private readonly limit: number;
  private readonly attempts = new Map<string, Attempts>();
  private readonly proven = new Map<string, true>();

  constructor({ FAILED_TOKENS_PER_MINUTE }: OperationsConfig) {
    this.limit = FAILED_TOKENS_PER_MINUTE;
  }

  /** How long the caller must wait before this token is checked, in ms; 0 when it may be checked now, which `settle` ends. */
  begin(holder: TokenHolder, now = Date.now()): number {
    const network = networkOf(holder.address);
    if (this.proven.has(pairOf(network, holder))) return 0;
    const attempts = this.attemptsOf(network, now);
    if (attempts.blockedUntil > now) {
      this.report(network, attempts, now);
      return attempts.blockedUntil - now;
    }
    if (attempts.checks >= MAX_CHECKS) return 1_000;
    attempts.checks += 1;
    return 0;
  }

  /** Ends a check. `outcome` is undefined when the check itself failed, which says nothing about the token. */
  settle(holder: TokenHolder, outcome: 'right' | 'wrong' | undefined, now = Date.now()): void {
    const network = networkOf(holder.address);
    const pair = pairOf(network, holder);
    const wasProven = this.proven.delete(pair);
    if (outcome === 'right' || (wasProven && outcome === undefined)) keep(this.proven, pair, true);
    if (wasProven && outcome !== 'wrong') return;
    const attempts = this.attemptsOf(network, now);
    if (!wasProven) attempts.checks = Math.max(0, attempts.checks - 1);
    if (outcome === 'wrong') this.fail(network, attempts, now);
  }

  private fail(network: string, attempts: Attempts, now: number): void {
    if (now - attempts.since >= WINDOW_MS) Object.assign(attempts, { failures: 0, since: now });
    attempts.failures += 1;
    if (attempts.failures >= this.limit && attempts.blockedUntil <= now) {
      attempts.blockedUntil = now + Math.min(LONGEST_BLOCK_MS, FIRST_BLOCK_MS * 2 ** attempts.blocks);
      attempts.blocks += 1;
      attempts.failures = 0;
    }
    this.report(network, attempts, now);
  }

  private attemptsOf(network: string, now: number): Attempts {
    const kept = this.attempts.get(network);
    const isFresh = kept !== undefined && (now - kept.lastAt < FORGET_MS || kept.checks > 0);
    const none = { failures: 0, since: now, checks: 0, blocks: 0, blockedUntil: 0, unlogged: 0, loggedAt: 0 };
    const attempts: Attempts = isFresh ? kept : { ...none, lastAt: now };
    attempts.lastAt = now;
    this.attempts.delete(network);
    keep(this.attempts, network, attempts);
    return attempts;
  }

  /** One line per address and minute, with the number of refusals since the last one. */
  private report(address: string, attempts: Attempts, now: number): void {
    attempts.unlogged += 1;
    if (now - attempts.loggedAt < WINDOW_MS) return;
    const blocked = attempts.blockedUntil > now;
    this.logger.warn({
      event: 'administration.token_refused',
      address,
      refusals: attempts.unlogged,
      blocked,
    });
    Object.assign(attempts, { unlogged: 0, loggedAt: now });
  }
}

/** Adds an entry as the newest. A Map keeps the order of insertion, so its first entry is the longest unused. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  if (map.size <= MAX_KEPT) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

const pairOf = (network: string, { hash }: TokenHolder): string => `${network} ${hash.toString('base64')}`;

/** A host may take any address of its /64, so IPv6 addresses are counted by network. */
function networkOf(address: string | undefined): string {
  if (address === undefined) return UNKNOWN;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) return address;
  const head = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${head.join(':')}::/64`;
}
