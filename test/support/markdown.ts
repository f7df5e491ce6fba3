/** A link to a file of the repository. */
export interface Link {
  /** Empty for the page itself. */
  readonly path: string;
  /** Empty for the whole page. */
  readonly anchor: string;
}

const FENCED = /^( *)```[^\n]*\n[^]*?^\1```/gm;
const HEADING = /^#{1,6} (.+)$/;

const unfenced = (text: string): string => text.replaceAll(FENCED, '');

/** The text without blocks and pieces of code, in which nothing is a link. */
export const uncodedOf = (text: string): string => unfenced(text).replaceAll(/`[^`\n]*`/g, '');

/** Links to files of the repository and to headings; those to the web are left out. */
export function linksOf(text: string): Link[] {
  return [...uncodedOf(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor = ''] = target.split('#');
      return { path, anchor };
    });
}

/** The anchors that GitHub gives to headings: lower case, without punctuation, hyphens for spaces. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const headings = unfenced(text)
    .split('\n')
    .flatMap((line) => HEADING.exec(line)?.[1] ?? []);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Commands of the blocks that are marked as `sh`. */
export function shellBlocksOf(text: string): string[] {
  return [...text.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block = '']) => block);
}

/**
 * Numbers that a citation may name: of headings, of the items of a numbered list below a numbered heading (`6.4.8`), and of table
 * rows whose first cell continues the number of the heading above (`8.5` below `8`).
 */
export function sectionsOf(text: string): ReadonlySet<string> {
  const sections = new Set<string>();
  let current = '';
  for (const line of unfenced(text).split('\n')) {
    const heading = /^#+ (?:(\d+(?:\.\d+)*)\.? )?/.exec(line);
    if (heading) current = heading[1] ?? '';
    const item = /^(\d+)\. /.exec(line)?.[1];
    const row = /^\| (\d+\.\d+) +\|/.exec(line)?.[1];
    if (heading && current !== '') sections.add(current);
    else if (item !== undefined && current !== '') sections.add(`${current}.${item}`);
    else if (row?.startsWith(`${current}.`)) sections.add(row);
  }
  return sections;
}
