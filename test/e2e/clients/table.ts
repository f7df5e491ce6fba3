/** The columns of the client matrix and what they say. */
export const SCENARIOS = {
  kinds: 'all calls',
  badSettings: 'bad key, settings',
  badKey: 'bad key, calls',
  overload: '429',
  outage: '503',
  lostAnswer: 'lost answer',
  killed: 'kill -9',
  oversized: 'oversized',
  gzip: 'gzip',
  leaving: 'page closed',
} as const;
export type Scenario = keyof typeof SCENARIOS;

export interface Row {
  readonly name: string;
  readonly without: Readonly<Partial<Record<Scenario, string>>>;
}

const COLUMNS = Object.keys(SCENARIOS) as Scenario[];

/**
 * The client matrix as text. A cell is `ok` when its test has passed, a dash with a footnote when the client has no such
 * thing, and FAILED in every other case, so that a test that never ran cannot look good.
 */
export function table(rows: readonly Row[], passed: (name: string, scenario: Scenario) => boolean): string {
  const notes = [...new Set(rows.flatMap(({ without }) => Object.values(without)))];
  const cell = ({ name, without }: Row, scenario: Scenario): string => {
    const reason = without[scenario];
    if (reason !== undefined) return `– [${notes.indexOf(reason) + 1}]`;
    return passed(name, scenario) ? 'ok' : 'FAILED';
  };
  const head = ['client', ...COLUMNS.map((scenario) => SCENARIOS[scenario])];
  const lines = [head, ...rows.map((row) => [row.name, ...COLUMNS.map((scenario) => cell(row, scenario))])];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const text = lines.map((line) =>
    line
      .map((word, column) => word.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return [...text, ...notes.map((note, index) => `[${index + 1}] ${note}`)].join('\n');
}
