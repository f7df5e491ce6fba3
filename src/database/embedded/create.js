/**
 * Creates an embedded Postgres without a table: node create.js FOLDER. In a process of its own, because the creation leaves
 * some 600 MB of memory behind. The build makes the one that every first start copies.
 */
import { PGlite } from '@electric-sql/pglite';

const folder = process.argv[2];
if (folder === undefined) throw new Error('name the folder to create');
const postgres = await PGlite.create(folder);
await postgres.close();
