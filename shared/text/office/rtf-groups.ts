import type { Style } from '../../markdown/inline.ts';

/** Groups whose content is no text of the document. */
export const IGNORED = new Set(
  'colortbl info pict object themedata colorschememapping datastore latentstyles listtable listoverridetable rsidtbl generator xmlnstbl header headerl headerr headerf footer footerl footerr footerf bkmkstart bkmkend pgptbl filetbl revtbl sp shprslt nonesttables nesttableprops ud'.split(
    ' ',
  ),
);
/** Groups that readers may overlook, and that hold text of the document. */
export const READ = new Set(['fldinst', 'shpinst', 'pn']);
/** Groups whose text is about something: what they are by the word that begins them. */
export const DESTINATIONS: ReadonlyMap<string, Destination> = new Map([
  ['fonttbl', 'fonts'],
  ['stylesheet', 'styles'],
  ['fldinst', 'code'],
  ['listtext', 'marker'],
  ['pntext', 'marker'],
  ['footnote', 'note'],
]);

type Destination = 'body' | 'ignored' | 'fonts' | 'styles' | 'code' | 'marker' | 'note';

/** What a paragraph is; like all that is set in a group, it ends with it. */
export interface Shape {
  readonly style: number;
  readonly outline: number | undefined;
  readonly level: number;
  readonly isInTable: boolean;
}

export const BODY: Shape = { style: 0, outline: undefined, level: 0, isInTable: false };

export interface Group {
  readonly destination: Destination;
  readonly style: Style;
  readonly shape: Shape;
  readonly isHidden: boolean;
  readonly font: number;
  /** Characters after `\uN` that stand for it in old readers. */
  readonly fallback: number;
  readonly field: { code: string } | undefined;
}

export const OUTER: Group = {
  destination: 'body',
  style: {},
  shape: BODY,
  isHidden: false,
  font: 0,
  fallback: 1,
  field: undefined,
};
