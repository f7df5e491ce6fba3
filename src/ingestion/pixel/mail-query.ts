/** `&amp;`, once or more often, also where a tool has encoded its semicolon; and the same as a number. */
const ESCAPED_AMPERSAND = /&(?:amp(?:;|%3B)|#(?:0{0,5}38|x0{0,5}26)(?:;|%3B))+/gi;
/** A line of quoted-printable ends in `=`; browsers take the line feed away, other programs encode it. */
const SOFT_BREAK = /=(?:\r?\n|(?:%0D)?%0A)/gi;
/** A byte of quoted-printable. The separator of a parameter is one of them. */
const ESCAPED_BYTE = /=([0-9A-F]{2})/g;
const MAX_NAMES = 1_000;

/**
 * Undoes what mail and advertising tools leave in the query of an image: `&` escaped for HTML, and quoted-printable that was
 * never decoded, which would make an event called `3DOpened`. The rest is as it was sent, without a fragment.
 */
export function decodedByMail(query: string): string {
  const plain = (query.includes('&') ? query.replace(ESCAPED_AMPERSAND, '&') : query).split('#', 1)[0] ?? '';
  if (!plain.includes('=3D')) return plain;
  const unbroken = plain.replace(SOFT_BREAK, '');
  return isQuotedPrintable(unbroken) ? fromQuotedPrintable(unbroken) : plain;
}

/**
 * Whether `=3D` separates the names from the values: in each of at least two parameters, where the write key, which tools insert
 * themselves, does not count; or in a single `data`, whose base64 cannot begin with those characters.
 */
function isQuotedPrintable(query: string): boolean {
  const parameters = query.split('&', MAX_NAMES).filter((parameter) => parameter !== '');
  const others = parameters.filter((parameter) => !/^writeKey=(?!3D)/.test(parameter));
  const isData =
    others.length < 3 && others.some((parameter) => /^data=3D(?:ey|ew|IH|%7B|\{)/.test(parameter));
  return isData || (others.length > 1 && others.every((parameter) => parameter.includes('=3D')));
}

/** Bytes become percent-encoded, so that a letter of several bytes is read as one. Any other `=` ended a line. */
function fromQuotedPrintable(query: string): string {
  return query
    .split('&')
    .map((parameter) => {
      if (/^writeKey=(?!3D)/.test(parameter)) return parameter;
      const bytes = parameter.replace(ESCAPED_BYTE, '%$1').replaceAll('=', '');
      // The first equals sign separates; others belong to the value.
      return bytes.replace('%3D', '=');
    })
    .join('&');
}
