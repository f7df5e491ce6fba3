import { type Account } from './account.js';
import { type Run } from './moody-receiver.js';

/** The numbers by run of the worker: what its end left in flight, and the doubles that came from that. */
export function tableOf(runs: readonly Run[], { kills }: Account): string {
  const head = [
    'run',
    'brought',
    'taken',
    'failed',
    '429',
    'refused',
    'in flight at its kill',
    'doubles from that',
  ];
  const lines = runs.map(({ brought, taken, answers }, index) => {
    const of = (status: number) => answers[status] ?? 0;
    const kill = kills[index];
    const requests = [of(0) + of(500) + of(503), of(429), of(400)];
    return [index + 1, brought.size, taken.length, ...requests, kill?.inFlight ?? '-', kill?.doubles ?? '-'];
  });
  const rows = [head, ...lines.map((line) => line.map(String))];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')).join('\n');
}
