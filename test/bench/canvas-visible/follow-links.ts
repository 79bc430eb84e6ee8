import { dirname, join } from 'node:path/posix';

/** Links in the Markdown of a course's results, and how many there are of each sort. */
export interface Followed {
  /** To a file of the results, or to one of the export that has no Markdown. */
  readonly relative: number;
  /** `https:` and `mailto:`, and places within the same page. */
  readonly addresses: number;
  /** The links that lead nowhere, with the file that has them. */
  readonly wrong: readonly string[];
}

/** A target in parentheses after a link's text or a picture's description. */
const LINK = /\]\((?<target>[^()\s]+)\)/g;
const HTML_LINK = /(?<![\\&])<(?:a|img)\s[^<>]*?(?:href|src)="(?<target>[^"]+)"[^<>]*>/g;

/** Follows every link of modules.md and of what students see, from where it stands. */
export function followLinks(outputs: ReadonlyMap<string, string>, names: ReadonlySet<string>): Followed {
  const links = [...outputs]
    .filter(([path]) => path === 'modules.md' || /^content\/.*\.md$/.test(path))
    .flatMap(([path, text]) => [...targetsOf(withoutCode(text))].map((target) => ({ path, target })));
  const [addresses, relative] = [links.filter(isAddress), links.filter((link) => !isAddress(link))];
  const wrong = relative.filter(({ path, target }) => !leadsSomewhere(path, target, outputs, names));
  return {
    relative: relative.length - wrong.length,
    addresses: addresses.length,
    wrong: wrong.map(({ path, target }) => `${path} → ${target}`),
  };
}

function isAddress({ target }: { readonly target: string }): boolean {
  return /^(?:https?:|mailto:|tel:|#)/i.test(target);
}

function* targetsOf(text: string): Generator<string> {
  for (const pattern of [LINK, HTML_LINK])
    for (const { groups } of text.matchAll(pattern)) if (groups?.target) yield groups.target;
}

function withoutCode(text: string): string {
  return text.replace(/^(`{3,})[\s\S]*?^\1$/gm, '').replace(/`[^`\n]*`/g, '');
}

function leadsSomewhere(
  from: string,
  target: string,
  outputs: ReadonlyMap<string, string>,
  names: ReadonlySet<string>,
): boolean {
  const path = decodeURIComponent(join(dirname(from), target.replace(/#.*$/, '')));
  return outputs.has(path) || names.has(path.replace(/^(?:content|unpublished)\//, ''));
}
