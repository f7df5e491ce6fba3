/** IPv4 addresses that no destination may reach. */
export const INTERNAL_IPV4 = [
  ...[
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.0.0.1',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.255',
  ],
  ...['192.168.0.1', '192.168.255.255', '169.254.169.254', '100.64.0.1', '100.127.255.255', '192.0.0.1'],
  ...['192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
];

/** IPv6 addresses that no destination may reach, beside those that contain an IPv4 address. */
export const INTERNAL_IPV6 = [
  ...[
    '::',
    '::1',
    '0:0:0:0:0:0:0:1',
    '0000:0000:0000:0000:0000:0000:0000:0001',
    '::0.0.0.1',
    '0::1',
    'fc00::1',
  ],
  ...[
    'fd00::1',
    'fd12:3456:789a::1',
    'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    'fe80::1',
    'febf::1',
    'fec0::1',
  ],
  ...[
    'ff02::1',
    'ff0e::1',
    '2001:db8::1',
    '100::1',
    '64:ff9b:1::1',
    '2001::1',
    '2001:10::1',
    '3fff::1',
    '3fff:fff::1',
    '4000::1',
  ],
];

type Parts = readonly [number, number, number, number];
type Writer = (parts: Parts) => string;

const partsOf = (address: string): Parts => address.split('.').map(Number) as unknown as Parts;
const number = ([a, b, c, d]: Parts): number => ((a * 256 + b) * 256 + c) * 256 + d;
const octal = (value: number): string => `0${value.toString(8)}`;
const hex = (value: number): string => `0x${value.toString(16)}`;
const group = (high: number, low: number): string => (high * 256 + low).toString(16);
const low = (parts: Parts, from: number): number =>
  parts.slice(from).reduce((sum, part) => sum * 256 + part, 0);
const dotted = (parts: readonly number[], write: (value: number) => string = String): string =>
  parts.map((part) => write(part)).join('.');
const digits = (text: string, zero: number): string =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
const percent = (text: string): string =>
  Array.from(text, (character) => `%${character.charCodeAt(0).toString(16)}`).join('');

/** Ways to write an IPv4 address that a resolver or a URL parser may read as that address. */
const WRITERS: Readonly<Record<string, Writer>> = {
  dotted: (parts) => dotted(parts),
  'dotted with a last dot': (parts) => `${dotted(parts)}.`,
  'dotted in octal': (parts) => dotted(parts, octal),
  'dotted in octal with many zeros': (parts) => dotted(parts, (value) => `0000${octal(value)}`),
  'dotted in hex': (parts) => dotted(parts, hex),
  'dotted in upper-case hex': (parts) => dotted(parts, (value) => `0X${value.toString(16).toUpperCase()}`),
  'dotted in hex with zeros': (parts) => dotted(parts, (value) => `0x${value.toString(16).padStart(8, '0')}`),
  'octal, then decimal': ([a, ...rest]) => `${octal(a)}.${dotted(rest)}`,
  'hex, then decimal': ([a, ...rest]) => `${hex(a)}.${dotted(rest)}`,
  'decimal, then hex': ([a, ...rest]) => `${a}.${dotted(rest, hex)}`,
  'one number': (parts) => String(number(parts)),
  'one number with a last dot': (parts) => `${number(parts)}.`,
  'one number in hex': (parts) => hex(number(parts)),
  'one number in octal': (parts) => octal(number(parts)),
  'two numbers': (parts) => `${parts[0]}.${low(parts, 1)}`,
  'two numbers in hex': (parts) => `${hex(parts[0])}.${hex(low(parts, 1))}`,
  'three numbers': (parts) => `${parts[0]}.${parts[1]}.${low(parts, 2)}`,
  'three numbers in octal': (parts) => dotted([parts[0], parts[1], low(parts, 2)], octal),
  'full-width digits': (parts) => digits(dotted(parts), 0xff10),
  'mathematical digits': (parts) => digits(dotted(parts), 0x1d7ce),
  'ideographic full stops': (parts) => dotted(parts).replaceAll('.', '\u3002'),
  'full-width full stops': (parts) => dotted(parts).replaceAll('.', '\uff0e'),
  'half-width full stops': (parts) => dotted(parts).replaceAll('.', '\uff61'),
  'a soft hyphen in it': (parts) => dotted(parts).replace('.', '\u00ad.'),
  'percent-encoded': (parts) => percent(dotted(parts)),
  'percent-encoded dots': (parts) => dotted(parts).replaceAll('.', '%2e'),
};

/** Ways to write an IPv6 address that contains an IPv4 address. */
const EMBEDDINGS: Readonly<Record<string, Writer>> = {
  mapped: (parts) => `::ffff:${dotted(parts)}`,
  'mapped in hex': ([a, b, c, d]) => `::ffff:${group(a, b)}:${group(c, d)}`,
  'mapped in upper case': ([a, b, c, d]) => `::FFFF:${group(a, b)}:${group(c, d)}`.toUpperCase(),
  'mapped at full length': ([a, b, c, d]) => `0:0:0:0:0:ffff:${group(a, b)}:${group(c, d)}`,
  'mapped at full length with zeros': ([a, b, c, d]) =>
    `0000:0000:0000:0000:0000:ffff:${group(a, b).padStart(4, '0')}:${group(c, d).padStart(4, '0')}`,
  compatible: (parts) => `::${dotted(parts)}`,
  NAT64: (parts) => `64:ff9b::${dotted(parts)}`,
  'NAT64 in hex': ([a, b, c, d]) => `64:ff9b::${group(a, b)}:${group(c, d)}`,
  '6to4': ([a, b, c, d]) => `2002:${group(a, b)}:${group(c, d)}::1`,
  Teredo: ([a, b, c, d]) =>
    `2001:0:4136:e378:8000:63bf:${group(255 - a, 255 - b)}:${group(255 - c, 255 - d)}`,
  'local NAT64': ([a, b, c, d]) => `64:ff9b:1::${group(a, b)}:${group(c, d)}`,
  'a translated address': (parts) => `::ffff:0:${dotted(parts)}`,
};

/** A host in one written form. */
export interface HostForm {
  readonly form: string;
  /** As it stands in a URL: an IPv6 address in brackets. */
  readonly host: string;
}

/** Every form of every internal address. */
export function hostForms(): HostForm[] {
  const of = (address: string, writers: Readonly<Record<string, Writer>>, wrap: (host: string) => string) =>
    Object.entries(writers).map(([name, write]) => ({
      form: `${address}, ${name}`,
      host: wrap(write(partsOf(address))),
    }));
  const bracketed = (host: string): string => `[${host}]`;
  return [
    ...INTERNAL_IPV4.flatMap((address) => of(address, WRITERS, String)),
    ...INTERNAL_IPV4.flatMap((address) => of(address, EMBEDDINGS, bracketed)),
    ...INTERNAL_IPV6.flatMap((address) => [
      { form: address, host: `[${address}]` },
      { form: `${address} in upper case`, host: `[${address.toUpperCase()}]` },
      { form: `${address} with a zone`, host: `[${address}%eth0]` },
      { form: `${address} with an encoded zone`, host: `[${address}%25eth0]` },
    ]),
    ...['localhost', 'LOCALHOST', 'localhost.', 'sub.localhost', 'ip6-localhost', 'ＬＯＣＡＬＨＯＳＴ'].map(
      (host) => ({
        form: host,
        host,
      }),
    ),
  ];
}
