import { homedir } from 'node:os';
import { join } from 'node:path';

/** Folder for downloads that only the tests need. It is kept between runs. */
export const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'tributary-verify');
