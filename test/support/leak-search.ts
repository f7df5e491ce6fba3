/** A text that must be nowhere, by what it is. */
export type Canaries = ReadonlyMap<string, string>;

/** Names of the canaries that stand in a text, in the clear, in base64 of any alignment and alphabet, or in hex. */
export function leaksIn(haystack: string, canaries: Canaries): string[] {
  const lower = haystack.toLowerCase();
  const standard = haystack.replaceAll('-', '+').replaceAll('_', '/');
  return [...canaries].flatMap(([name, canary]) => {
    const hex = Buffer.from(canary).toString('hex');
    const isClear = haystack.includes(canary) || haystack.includes(JSON.stringify(canary).slice(1, -1));
    const isBase64 = base64Parts(canary).some((part) => standard.includes(part));
    const forms = [
      isClear ? 'in the clear' : '',
      isBase64 ? 'in base64' : '',
      lower.includes(hex) ? 'in hex' : '',
    ];
    return forms.filter((form) => form !== '').map((form) => `${name} ${form}`);
  });
}

/** What base64 of a longer text has of this one for sure, for each of the three places where it can begin. */
function base64Parts(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from('\0'.repeat(before) + text).toString('base64');
    const whole = Math.floor(((before + Buffer.byteLength(text)) * 4) / 3);
    return encoded.slice(before === 0 ? 0 : before + 1, whole - 1);
  });
}
