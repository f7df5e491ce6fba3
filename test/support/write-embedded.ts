import { connect } from '../../src/database/connection/connect.js';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';

/** Inserts numbers into the embedded Postgres of a data directory until it is killed, printing each that is committed. */
const postgres = await EmbeddedPostgres.start(process.argv[3] ?? '');
const dataSource = await connect(postgres);
await dataSource.query('CREATE TABLE numbers (number int)');
for (let number = 1; ; number += 1) {
  await dataSource.query('INSERT INTO numbers VALUES ($1)', [number]);
  process.stdout.write(`${number}\n`);
}
