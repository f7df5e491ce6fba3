/** A name has no address (`ENOTFOUND`), or the name servers did not answer (`EAI_AGAIN`). The codes are those of `dns.lookup`. */
export class NameLookupFailed extends Error {
  override readonly name = 'NameLookupFailed';

  constructor(readonly code: 'ENOTFOUND' | 'EAI_AGAIN') {
    super(code === 'ENOTFOUND' ? 'The name has no address' : 'The name servers did not answer');
  }
}
