import type { RowCheck } from './row-reader.ts';

const SHORT_NAME_CHARS = 12;
/** Of luma; less can't be read. */
const CONTRAST = 72;

export const ROUTE_CHECKS: readonly RowCheck[] = [
  {
    columns: [],
    check(rows, row) {
      const routeShortName = rows.text('route_short_name', row);
      const routeLongName = rows.text('route_long_name', row);
      const routeId = rows.text('route_id', row);
      if (routeShortName === '' && routeLongName === '')
        rows.add('route_both_short_and_long_name_missing', row, { routeId });
      if (routeShortName.length > SHORT_NAME_CHARS)
        rows.add('route_short_name_too_long', row, { routeId, routeShortName });
      if (containsShortName(routeLongName, routeShortName))
        rows.add('route_long_name_contains_short_name', row, { routeId, routeLongName, routeShortName });
      const routeDesc = rows.text('route_desc', row);
      if (routeDesc !== '' && (routeDesc === routeShortName || routeDesc === routeLongName))
        rows.add('same_name_and_description_for_route', row, {
          routeId,
          routeDesc,
          specifiedField: routeDesc === routeShortName ? 'route_short_name' : 'route_long_name',
        });
    },
  },
  {
    columns: ['route_color', 'route_text_color'],
    check(rows, row) {
      const [routeColor, routeTextColor] = [
        rows.text('route_color', row),
        rows.text('route_text_color', row),
      ];
      if (routeColor === '' || routeTextColor === '') return;
      if (Math.abs(luma(routeColor) - luma(routeTextColor)) < CONTRAST)
        rows.add('route_color_contrast', row, {
          routeId: rows.text('route_id', row),
          routeColor,
          routeTextColor,
        });
    },
  },
];

function containsShortName(long: string, short: string): boolean {
  if (short === '' || !long.toLowerCase().startsWith(short.toLowerCase())) return false;
  return long.length === short.length || /^[\s\-(]/.test(long.slice(short.length));
}

/** How bright a colour looks, 0 to 255 (Rec. 601); NaN for what is none. */
function luma(color: string): number {
  const value = Number.parseInt(color, 16);
  return 0.299 * (value >> 16) + 0.587 * ((value >> 8) & 255) + 0.114 * (value & 255);
}
