/**
 * Most rows of each kind that a workspace may have, where it has no quota of its own. The names are those of the admin API.
 * Large enough that a tenant reaches them by a mistake or an attack, and small enough that it leaves room for others.
 */
export const DEFAULT_QUOTAS = Object.freeze({
  sources: 1_000,
  writeKeys: 5_000,
  tokens: 200,
  destinations: 200,
  connections: 5_000,
  waitingDeliveries: 1_000_000,
  deadLetters: 1_000_000,
  auditEntries: 1_000_000,
});

/** A quota that counts rows of a workspace. */
export type RowQuota = keyof typeof DEFAULT_QUOTAS;

export type RowQuotas = Readonly<Record<RowQuota, number>>;

export const ROW_QUOTAS = Object.keys(DEFAULT_QUOTAS) as RowQuota[];

/** Largest quota. In effect it is none, and it fits the integers of Postgres. */
export const MAX_QUOTA = 1_000_000_000;

/** Smallest quota of audit entries: with less, deletions would soon take away the traces of what was just done. */
export const MIN_AUDIT_ENTRIES = 1_000;

const leastOf = (name: string): number => (name === 'auditEntries' ? MIN_AUDIT_ENTRIES : 0);

const PART = /^(\w+)=(\d{1,10})$/;

/** The default quotas with those of `sources=500, tokens=50` in their place. Undefined for a text of another form. */
export function quotasIn(text: string): RowQuotas | undefined {
  const parts = text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  const given = parts.map((part): [string, number] => {
    const [, name = '', value = ''] = PART.exec(part) ?? [];
    return [name, value === '' ? NaN : Number(value)];
  });
  const isQuota = ([name, value]: [string, number]): boolean =>
    Object.hasOwn(DEFAULT_QUOTAS, name) && value >= leastOf(name) && value <= MAX_QUOTA;
  return given.every(isQuota) ? { ...DEFAULT_QUOTAS, ...Object.fromEntries(given) } : undefined;
}
