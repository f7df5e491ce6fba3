/**
 * Compiles a name pattern in which `*` matches any text. It uses no regular expression: tenants write the patterns, and with a
 * few stars backtracking takes minutes. Matching each part at its first position needs no backtracking and is correct.
 */
export function namePattern(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return (name) => name === pattern;
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  const between = parts.slice(1, -1);
  return (name) => {
    if (!name.startsWith(first) || !name.endsWith(last)) return false;
    let from = first.length;
    const end = name.length - last.length;
    for (const part of between) {
      const at = name.indexOf(part, from);
      if (at === -1) return false;
      from = at + part.length;
    }
    return from <= end;
  };
}
