/** The six kinds of call with everything that tends to break on the way: unicode, nesting, floats, nulls, empty strings. */
export const KINDS = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;

type Json = Record<string, unknown>;

interface SdkClient {
  identify(message: object): unknown;
  track(message: object): unknown;
  page(message: object): unknown;
  screen(message: object): unknown;
  group(message: object): unknown;
  alias(message: object): unknown;
}

export const FIELDS = {
  unicode: 'Ünïcödé ✓ 日本語 🎉 \u2028 "quoted" \\ /',
  float: 0.1 + 0.2,
  tiny: 5e-324,
  negative: -273.15,
  exponent: 1.5e300,
  large: Number.MAX_SAFE_INTEGER,
  zero: 0,
  flag: false,
  nothing: null,
  empty: '',
  list: [1, 'two', null, { three: [3.5] }, []],
  nested: { a: { b: { c: { d: 'deep', 'key.with.dots': 1, ключ: 'значение' } } } },
};

/** Makes the n-th of many calls, cycling through the kinds; returns its message id. */
export function callNumber(client: SdkClient, n: number): string {
  const kind = KINDS[n % KINDS.length]!;
  const messageId = `${kind}-${n}-${crypto.randomUUID()}`;
  const who =
    n % 2 === 0 ? { userId: `user-${n % 50}` } : { userId: `ユーザー-${n % 50}`, anonymousId: `anon-${n}` };
  const common = { ...who, messageId, timestamp: new Date(Date.UTC(2026, 0, 1) + n * 1_003) };
  const extra = {
    context: { app: { name: 'e2e', build: n }, locale: 'de-AT' },
    integrations: { All: true, Nobody: { option: n } },
  };
  const details = { ...FIELDS, n };
  if (kind === 'identify') client.identify({ ...common, ...extra, traits: details });
  if (kind === 'track')
    client.track({ ...common, ...extra, event: `Order ${n} Completed ✓`, properties: details });
  if (kind === 'page')
    client.page({ ...common, ...extra, name: `Seite ${n}`, category: 'docs', properties: details });
  if (kind === 'screen') client.screen({ ...common, ...extra, name: `Screen ${n}`, properties: details });
  if (kind === 'group') client.group({ ...common, ...extra, groupId: `group-${n}`, traits: details });
  if (kind === 'alias') client.alias({ ...common, ...extra, previousId: `before-${n}` });
  return messageId;
}

/**
 * What of a message on the wire is asked to be passed on (WIRE 2.1, 3.1): all but the key and the moment of sending; the
 * device's `timestamp` becomes `originalTimestamp`, and a null says that there is nothing.
 */
export function asSent({ timestamp, writeKey: _writeKey, sentAt: _sentAt, ...message }: Json): Json {
  const original = timestamp ?? message['originalTimestamp'];
  const present = Object.entries(message).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(present), originalTimestamp: original };
}
