import { type Measured } from './measure.js';

const [LABEL, WIDTH, ROW, TOP] = [190, 420, 22, 34] as const;
const COLOURS = ['#9aa7b8', '#5b7fb4', '#1f4e8c'] as const;

/** A bar for each cell and version of Node, as an SVG picture: events per second of the product through those of the bare server. */
export function chartOf(results: readonly Measured[]): string {
  const sorted = [...results].sort((a, b) => a.cell.localeCompare(b.cell) || a.node.localeCompare(b.node));
  const longest = Math.max(1, ...sorted.map(({ ratio }) => ratio));
  const versions = [...new Set(sorted.map(({ node }) => node))];
  const height = TOP + sorted.length * ROW + 8;
  const bars = sorted.map(({ cell, node, ratio }, index) => {
    const y = TOP + index * ROW;
    const width = Math.round((ratio / longest) * WIDTH);
    const colour = COLOURS[versions.indexOf(node) % COLOURS.length] ?? COLOURS[0];
    return [
      `<text x="${LABEL - 8}" y="${y + 15}" text-anchor="end">${cell}, Node ${node}</text>`,
      `<rect x="${LABEL}" y="${y + 3}" width="${width}" height="${ROW - 6}" fill="${colour}"/>`,
      `<text x="${LABEL + width + 6}" y="${y + 15}">${ratio.toFixed(2)}</text>`,
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LABEL + WIDTH + 60}" height="${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="8" y="20" font-weight="bold">Events per second through those of the bare server (1.00 is equal)</text>`,
    ...bars,
    '</svg>',
    '',
  ].join('\n');
}
