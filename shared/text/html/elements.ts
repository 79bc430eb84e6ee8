import type { Style } from '../../markdown/inline.ts';
import type { HtmlElement } from './parse.ts';

function names(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/** What stands on lines of its own. */
export const BLOCKS = names(
  'address article aside body center li dd details dialog dir div dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup html legend main menu nav noframes ol p pre search section summary ul blockquote',
);

/** What browsers do not show. */
const DROPPED = names('script style template noscript datalist rp');

const STYLES: ReadonlyMap<string, Style> = new Map([
  ...styled('b strong dt summary legend caption', { bold: true }),
  ...styled('i em cite dfn var address', { italic: true }),
  ...styled('s del strike', { strike: true }),
  ...styled('code tt kbd samp', { code: true }),
  ['sub', { raised: 'sub' }],
  ['sup', { raised: 'sup' }],
]);

function styled(list: string, style: Style): [string, Style][] {
  return [...names(list)].map((name) => [name, style]);
}

/** The style that an element adds, by its name. */
export function styleOf({ name }: HtmlElement): Style | undefined {
  return STYLES.get(name);
}

/** Classes of Canvas, and of what is pasted into its pages, that only programs read: what they hold is there twice, or not to be seen. */
const HIDDEN_CLASSES = names(
  'hidden hidden-readable screenreader-only sr-only visually-hidden katex-html MathJax_Preview MJX_Assistive_MathML',
);
const HIDDEN_STYLE = /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)/i;

/** Is it kept from whoever looks at the page? `aria-hidden` keeps it from screen readers alone: it is seen. */
export function isHidden(element: HtmlElement): boolean {
  if (DROPPED.has(element.name) || element.attribute('hidden') !== undefined) return true;
  const classes = element.attribute('class');
  if (classes?.split(/\s+/).some((each) => HIDDEN_CLASSES.has(each))) return true;
  return HIDDEN_STYLE.test(element.attribute('style') ?? '');
}

/** 1 to 6 for a heading. */
export function headingLevel(name: string): number | undefined {
  return /^h[1-6]$/.test(name) ? Number(name[1]) : undefined;
}
