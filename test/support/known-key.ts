import { type KnownKey, type KnownSource } from '../../src/auth/keys/known-key.js';
import { restrictionsOf } from '../../src/auth/keys/known-keys.js';

type Overrides = Partial<Omit<KnownKey, 'source'>> & { readonly source?: Partial<KnownSource> };

/** A write key as the guard knows it: live, for anybody, without limits, unless said otherwise. */
export const knownKey = ({ source, ...overrides }: Overrides = {}): KnownKey => ({
  id: 'wkey_1',
  source: { id: 'src_1', workspaceId: 'ws_1', enabled: true, workspaceLimit: null, ...source },
  expiresAt: Infinity,
  revoked: false,
  restrictions: undefined,
  rateLimit: null,
  ...overrides,
});

interface Allowed {
  readonly scopes?: readonly string[];
  readonly origins?: readonly string[];
  readonly cidrs?: readonly string[];
}

/** Who may use a key: anybody, as far as nothing is said. */
export const restrictedTo = ({
  scopes = ['server', 'browser', 'pixel'],
  origins = [],
  cidrs = [],
}: Allowed) => ({ restrictions: restrictionsOf(JSON.stringify([scopes, origins, cidrs])) });
