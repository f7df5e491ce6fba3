import { type Measured } from './measure.js';

const TITLES = [
  'cell',
  'Node',
  'events/s',
  'bare',
  'ratio',
  'of all pairs',
  'CPU µs/event',
  'bare',
  'p50 ms',
  'p99 ms',
  'bare p99',
  'MiB',
];

/** A Markdown table of the results; the first two lines are its head. */
export function tableOf(results: readonly Measured[]): string[] {
  const rows = results.map(({ cell, node, product, bare, ratio, ratios, memoryMib }) => [
    cell,
    node,
    Math.round(product.perSecond).toLocaleString('en'),
    Math.round(bare.perSecond).toLocaleString('en'),
    ratio.toFixed(2),
    ratios.map((each) => each.toFixed(2)).join(' '),
    product.cpu.toFixed(1),
    bare.cpu.toFixed(1),
    product.p50.toFixed(1),
    product.p99.toFixed(1),
    bare.p99.toFixed(1),
    String(Math.round(memoryMib)),
  ]);
  return [TITLES, TITLES.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
