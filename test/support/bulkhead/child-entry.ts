import { join } from 'node:path';

/** Where the built entry files are; below the repository, so that they find its packages. */
export const BUILT = join(import.meta.dirname, '../../../.tributary/tests');

/** The product's delivery process, built from its sources. */
export const CHILD_ENTRY = join(BUILT, 'delivery-process.js');

/** The product's delivery process without the checks around sockets. */
export const UNCHECKED_ENTRY = join(BUILT, 'unchecked/unchecked-process.js');

/** The product's delivery process with handlers that misbehave. */
export const HOSTILE_ENTRY = join(BUILT, 'hostile-process.js');
