import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../verify/run.mjs';

/** A certificate and its key, in PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/** Certifies servers on loopback and their clients, for a day. */
export interface Authority {
  readonly certificate: string;
  /** The name is only the common one: every certificate holds for `localhost` and 127.0.0.1. */
  issue(name: string): Promise<Identity>;
}

const NEW_KEY = ['-newkey', 'rsa:2048', '-nodes', '-days', '1'];
const NAMES = 'subjectAltName=DNS:localhost,IP:127.0.0.1';

/** An authority of the test's own, that nobody else trusts. */
export async function makeAuthority(): Promise<Authority> {
  const own = await identity('Tributary tests', ['-addext', 'keyUsage=critical,keyCertSign,cRLSign']);
  return {
    certificate: own.certificate,
    issue: (name) => identity(name, ['-addext', NAMES, '-addext', 'basicConstraints=critical,CA:FALSE'], own),
  };
}

/** Signed by the issuer, or by itself. */
async function identity(name: string, options: readonly string[], issuer?: Identity): Promise<Identity> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-certificate-'));
  const file = (of: string): string => join(folder, `${of}.pem`);
  try {
    const signer = issuer ? ['-CA', file('issuer'), '-CAkey', file('issuer-key')] : [];
    if (issuer) {
      await writeFile(file('issuer'), issuer.certificate);
      await writeFile(file('issuer-key'), issuer.key, { mode: 0o600 });
    }
    const output = ['-keyout', file('key'), '-out', file('certificate')];
    await run('openssl', [
      'req',
      '-x509',
      ...NEW_KEY,
      '-subj',
      `/CN=${name}`,
      ...options,
      ...signer,
      ...output,
    ]);
    const [certificate, key] = await Promise.all([file('certificate'), file('key')].map(read));
    return { certificate: certificate ?? '', key: key ?? '' };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const read = (path: string): Promise<string> => readFile(path, 'utf8');
