import { Between, type EntityManager } from 'typeorm';
import { WriteKeyUsage } from '../../database/entities/write-key.entity.js';
import { Problem } from '../problems/problem.js';
import { type UsageDto, type UsageQuery } from './usage.dto.js';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const MAX_DAYS = 366;

/** The usage counts of a write key in a period. */
export async function usageOf(
  manager: EntityManager,
  writeKeyId: string,
  query: UsageQuery,
): Promise<UsageDto> {
  const { from, to } = periodOf(query);
  const rows = await manager.find(WriteKeyUsage, {
    where: { writeKeyId, day: Between(from, to) },
    order: { day: 'ASC', outcome: 'ASC' },
  });
  const totals: Record<string, number> = {};
  const days = new Map<string, Record<string, number>>();
  for (const { day, outcome, count } of rows) {
    const counts = days.get(day) ?? {};
    days.set(day, counts);
    counts[outcome] = Number(count);
    totals[outcome] = (totals[outcome] ?? 0) + Number(count);
  }
  return { from, to, totals, days: [...days].map(([day, counts]) => ({ day, counts })) };
}

/** Throws `invalid_request` for days in the wrong order and for a period that is too long. */
function periodOf({ from, to = dayOf(Date.now()) }: UsageQuery): {
  readonly from: string;
  readonly to: string;
} {
  const first = from ?? dayOf(Date.parse(to) - (DEFAULT_DAYS - 1) * DAY_MS);
  if (first > to) throw invalid('from', `from must not be after to, which is ${to}`);
  if ((Date.parse(to) - Date.parse(first)) / DAY_MS >= MAX_DAYS)
    throw invalid('from', `from must be less than ${MAX_DAYS} days before to, which is ${to}`);
  return { from: first, to };
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

const invalid = (parameter: string, detail: string): Problem =>
  new Problem('invalid_request', detail, { faults: [{ parameter, detail }] });
