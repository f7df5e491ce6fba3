import { compilePolicy, type KeyPolicy } from '../../src/auth/keys/key-policy.js';
import { type KnownKey, type KnownSource } from '../../src/auth/keys/known-key.js';

type Overrides = Partial<Omit<KnownKey, 'source' | 'policy'>> & {
  readonly source?: Partial<KnownSource>;
  readonly policy?: Partial<KeyPolicy>;
};

/** A write key as the guard knows it: live and without restrictions and limits, unless given. */
export const knownKey = ({ source, policy, ...overrides }: Overrides = {}): KnownKey => ({
  id: 'wkey_1',
  source: { id: 'src_1', workspaceId: 'ws_1', enabled: true, workspaceLimit: null, ...source },
  expiresAt: Infinity,
  revoked: false,
  policy: policy && compilePolicy(JSON.stringify(policy)),
  ...overrides,
});
