import { type DataSource } from 'typeorm';

/** A checksum of each table's rows, without the moments at which admin tokens were last used. */
export async function tableSums(database: DataSource): Promise<Record<string, string>> {
  const tables = await database.query<{ name: string }[]>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  );
  const sums: Record<string, string> = {};
  for (const { name } of tables) {
    const rows = `SELECT (to_jsonb(t) - 'last_used_at')::text AS row FROM "${name}" t`;
    const [found] = await database.query<{ sum: string }[]>(
      `SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(row, ' ' ORDER BY row)), '') AS sum FROM (${rows}) r`,
    );
    sums[name] = found?.sum ?? '';
  }
  return sums;
}
