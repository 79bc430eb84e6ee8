/** What the lines of a page are put together to. */
import type { Marker } from '../read/list-markers.ts';
import type { Box, Line } from '../read/words.ts';
import type { Table } from '../tables/table.ts';

export interface Chunk extends Box {
  readonly kind: 'text' | 'item' | 'code';
  readonly lines: readonly Line[];
  /** Of an item: its marker, not in `lines`, and where its text begins. */
  readonly marker?: Marker;
  /** Of an item: its first line with the marker. */
  readonly whole?: Line;
  readonly textX: number;
  /** A heading by its style, though no larger and no bolder than the text. */
  readonly title?: boolean;
}

export type Block = Chunk | { readonly kind: 'table'; readonly table: Table };

/** How a heading is set; what looks alike is of one level. */
export interface HeadingStyle {
  readonly size: number;
  readonly bold: boolean;
  readonly italic: boolean;
}
