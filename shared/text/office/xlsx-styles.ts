import { readXml } from '../../xml/read.ts';
import type { OfficePackage } from './package.ts';

type NumberFormat = 'plain' | 'date' | 'time' | 'dateTime' | 'percent';

/** Formats that every workbook has by number (ISO 29500-1, 18.8.30). */
const BUILT_IN: ReadonlyMap<number, NumberFormat> = new Map([
  [9, 'percent'],
  [10, 'percent'],
  ...[14, 15, 16, 17, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 57, 58].map(
    (id): [number, NumberFormat] => [id, 'date'],
  ),
  ...[18, 19, 20, 21, 32, 33, 45, 46, 47, 55, 56].map((id): [number, NumberFormat] => [id, 'time']),
  [22, 'dateTime'],
]);

/** How numbers are shown, by the index of a cell's style. */
export class NumberFormats {
  readonly #formats: NumberFormat[] = [];
  readonly #is1904: boolean;

  /** `is1904`: the workbook counts its days from 1904. */
  constructor(is1904: boolean) {
    this.#is1904 = is1904;
  }

  async read(office: OfficePackage): Promise<void> {
    if (!office.has('xl/styles.xml')) return;
    const own = new Map<number, NumberFormat>();
    await readXml(office.part('xl/styles.xml'), {
      open: ({ name, attributes, parent }) => {
        const id = Number(attributes.get('numFmtId'));
        if (name === 'numFmt') own.set(id, formatOf(attributes.get('formatCode') ?? ''));
        else if (name === 'xf' && parent?.name === 'cellXfs')
          this.#formats.push(own.get(id) ?? BUILT_IN.get(id) ?? 'plain');
      },
    });
  }

  /** A number as it is shown: a date in ISO 8601, a share in percent, else the number with 15 digits as Excel has it. */
  show(value: string, style: number): string {
    const number = Number(value);
    if (value.trim() === '' || !Number.isFinite(number)) return value;
    const format = this.#formats[style] ?? 'plain';
    if (format === 'plain') return shortest(number);
    if (format === 'percent') return `${shortest(number * 100)}%`;
    return shownDate(number + (this.#is1904 ? DAYS_1904 : 0), format) ?? shortest(number);
  }
}

function shortest(number: number): string {
  return String(Number(number.toPrecision(15)));
}

/** Days between the two ways of counting. */
const DAYS_1904 = 1462;
/** Day 0 in Unix time: 1899-12-30, since Excel takes 1900 for a leap year. */
const DAY_0 = -25_569;
const DAY_MS = 86_400_000;

function shownDate(days: number, format: NumberFormat): string | undefined {
  const date = new Date(Math.round((days + DAY_0) * DAY_MS));
  if (Number.isNaN(date.getTime())) return undefined;
  const [day = '', time = ''] = date.toISOString().split('T');
  const clock = time.slice(0, time.startsWith(':00', 5) ? 5 : 8);
  // a time alone has no day
  if (format === 'time' || days < 1) return clock;
  return format === 'date' ? day : `${day} ${clock}`;
}

/** What a format's letters stand for, without its quoted words, colours and escaped signs. */
function formatOf(code: string): NumberFormat {
  const bare = code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, '').toLowerCase();
  if (bare.includes('%')) return 'percent';
  const hasDay = /[dy]/.test(bare) || /mmm/.test(bare);
  const hasTime = /[hs]/.test(bare);
  if (hasDay) return hasTime ? 'dateTime' : 'date';
  return hasTime ? 'time' : 'plain';
}
