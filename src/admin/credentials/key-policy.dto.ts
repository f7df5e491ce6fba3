import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  type ValidationArguments,
} from 'class-validator';
import { type KeyPolicy, WRITE_KEY_SCOPES, type WriteKeyScope } from '../../auth/keys/key-policy.js';
import { networkOf } from '../../auth/keys/networks.js';
import { originPatternOf } from '../../auth/keys/origins.js';

/** A list in which each entry must have a form; the message lists the entries that have not. */
const EachIs = (name: string, isOne: (text: string) => boolean, form: string): PropertyDecorator =>
  ValidateBy(
    {
      name,
      validator: {
        validate: (value) => typeof value === 'string' && isOne(value),
        defaultMessage: (given) => `Each of $property must be ${form}; wrong: ${wrongOf(given, isOne)}`,
      },
    },
    { each: true },
  );

function wrongOf(given: ValidationArguments | undefined, isOne: (text: string) => boolean): string {
  const list: unknown[] = Array.isArray(given?.value) ? given.value : [];
  const wrong = list.filter((entry) => typeof entry !== 'string' || !isOne(entry));
  return wrong.map((entry) => JSON.stringify(entry)).join(', ');
}

/** Who may use a write key, and how much: the fields of its policy in every body and answer. */
export class KeyPolicyDto implements KeyPolicy {
  /**
   * Callers that may use it: `server` is servers and apps, `browser` is web pages, `pixel` is images in pages and mails. All of
   * them by default.
   * @example ["browser"]
   */
  @IsArray()
  @ArrayMinSize(1)
  @IsIn(WRITE_KEY_SCOPES, {
    each: true,
    message: `Each of $property must be one of ${WRITE_KEY_SCOPES.join(', ')}`,
  })
  scopes!: WriteKeyScope[];

  /**
   * Web pages that may use it, by their origin. `https://*.example.com` stands for every subdomain, but not for the domain
   * itself. Apps and browser extensions have origins such as `capacitor://localhost` and `chrome-extension://…`;
   * `moz-extension://*` stands for all of that scheme, because Firefox gives each installation another one. `null` allows pages
   * without an origin, which any site can make. Empty, the default, allows every page. Stored in lower case.
   * @example ["https://www.example.com", "https://*.example.com"]
   */
  @IsArray()
  @ArrayMaxSize(50)
  @EachIs(
    'isOrigin',
    (text) => text.length <= 300 && originPatternOf(text) !== undefined,
    'an origin such as https://app.example.com, https://*.example.com or capacitor://localhost, without a path; or null',
  )
  allowedOrigins!: string[];

  /**
   * Networks that may use it. Empty, the default, allows every address. Stored as networks: `10.1.2.3/8` becomes `10.0.0.0/8`.
   * @example ["203.0.113.0/24"]
   */
  @IsArray()
  @ArrayMaxSize(50)
  @EachIs(
    'isNetwork',
    (text) => networkOf(text) !== undefined,
    'a network such as 203.0.113.0/24 or 2001:db8::/32, or one address',
  )
  allowedCidrs!: string[];

  /**
   * Most calls per second, over all instances. Null, the default, sets no limit; the limit of the workspace holds in any case.
   * @example 100
   */
  @ValidateIf((_body: object, value: unknown) => value !== null)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  rateLimit!: number | null;
}
