import { homedir } from 'node:os';
import { join } from 'node:path';

/** Folder for what is downloaded for the tests alone, and kept from run to run. */
export const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'tributary-verify');
