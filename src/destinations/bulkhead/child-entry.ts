import { join } from 'node:path';

/** The built entry file of a delivery process. */
export const CHILD_ENTRY = join(import.meta.dirname, '../../delivery-process.js');
