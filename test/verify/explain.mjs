/**
 * An error in one line: the first line of its message, then those of its causes in parentheses.
 * @param {unknown} error
 * @returns {string}
 */
export function oneLine(error) {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  const [first = ''] = String(error.message).split('\n');
  const line = first.replace(/:$/, '');
  return 'cause' in error && error.cause !== undefined ? `${line} (${oneLine(error.cause)})` : line;
}
