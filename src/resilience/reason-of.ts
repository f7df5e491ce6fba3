/** Longest result, in characters. */
const MAX_LENGTH = 300;
/** With a cause, an error's own text keeps at least this many. */
const MAX_HEAD = 180;
/** How much of a message is examined, in characters: masking costs more than linear time. */
const MAX_EXAMINED = 4_000;
/** How deep causes are searched: a chain may be a circle. */
const MAX_CAUSES = 8;

/** Control characters, and what some viewers of logs take for the end of a line. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029]+/gu;
/** `//user:password@`; a password with an unescaped `/`, `?`, `#` or `@` too, as an operator may have typed it. */
const USER_INFO = /\/\/(?:[^\s:/?#@]*:(?!\d+(?:[/?#,;"'\])}>\s]|$))\S*|[^\s/?#]*)@/g;
/** Values in the query or fragment of a URL, which may be tokens and signatures. */
const QUERY_VALUE = /([?&#][^\s=&#?]*)=[^\s&]*/g;
/** Codes of Node (`ECONNREFUSED`), SQLSTATEs and their like. */
const CODE = /^\w{1,64}$/;

/**
 * Why something failed, for the key `reason` of a log line: class, code and message of the error, and of its first cause
 * that says something else. One line of at most 300 characters. Passwords and query values in URLs are masked. Other
 * properties are left out: `detail` of a Postgres error repeats the tenant's row, and `parameters` its values.
 */
export function reasonOf(error: unknown): string {
  const head = textOf(error);
  const tail = tailOf(error, head);
  return shortened(`${shortened(head, Math.max(MAX_HEAD, MAX_LENGTH - tail.length))}${tail}`, MAX_LENGTH);
}

/** A failed connection to a name with several addresses has its causes in `errors`, and no message. */
function tailOf(error: unknown, head: string): string {
  let cause = causeOf(error);
  for (let depth = 0; cause !== undefined && depth < MAX_CAUSES; depth += 1) {
    const isRepetition = head.includes(messageOf(cause)) && head.includes(codeOf(cause) ?? '');
    if (!isRepetition) return `; caused by ${textOf(cause)}`;
    cause = causeOf(cause);
  }
  return '';
}

function causeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  return error.cause ?? (error instanceof AggregateError ? (error.errors[0] as unknown) : undefined);
}

function textOf(error: unknown): string {
  const message = messageOf(error);
  if (!(error instanceof Error)) return message;
  const code = codeOf(error);
  const title = code === undefined || message.includes(code) ? classOf(error) : `${classOf(error)} (${code})`;
  return message === '' ? title : `${title}: ${message}`;
}

/** Most classes set `name`; the others, and the driver of Postgres, leave a word that says nothing. */
const classOf = ({ name, constructor }: Error): string =>
  printable(/^error$/i.test(name) ? constructor.name : name);

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && CODE.test(code) ? code : undefined;
}

const messageOf = (error: unknown): string => printable(error instanceof Error ? error.message : error);

function printable(value: unknown): string {
  const line = stringOf(value).replace(UNPRINTABLE, ' ').trim();
  // A cut could part a password from the `@` by which it is known, so the broken word goes too.
  const examined = line.length > MAX_EXAMINED ? line.slice(0, MAX_EXAMINED).replace(/\S*$/, '…') : line;
  return examined.replace(USER_INFO, '//***@').replace(QUERY_VALUE, '$1=***');
}

/** An object without a prototype has no text, and a reporter of errors must not throw. */
function stringOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}

const shortened = (text: string, max: number): string =>
  text.length > max ? `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
