import { type DataSource } from 'typeorm';

/** Everything that the database holds, row by row, as text: bytea is in it as hex. */
export async function storedText(database: DataSource): Promise<string> {
  const tables = await database.query<{ name: string }[]>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await database.query<{ row: string }[]>(`SELECT stored::text AS row FROM ${name} AS stored`);
    texts.push(...rows.map(({ row }) => `${name} ${row}`));
  }
  return texts.join('\n');
}

/** A text as it is, in hex, and in base64 wherever it begins in what was encoded. */
export function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const encoded = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // Characters at either end hold bits of what lies around the text.
    return whole.slice(before && before + 1, Math.floor(((before + bytes.length) * 8) / 6));
  });
  return [text, bytes.toString('hex'), ...encoded];
}
