/** Values of form fields, as words at the fields' places: the page's own text is without them. */
import type { Page, PDFWidget } from 'mupdf';
import { isPdfPage } from './pdf-page.ts';
import { type Face, type Line, toLine } from './words.ts';

/** A form with more is read without its values. */
const MAX_FIELDS = 5_000;
const MAX_FIELD_CHARS = 20_000;
/** Text is set this much of a field's height, but not larger than print. */
const SIZE_SHARE = 0.7;
const MAX_SIZE_PT = 11;
const LEADING_EM = 1.2;
const CHAR_EM = 0.5;

const FACE: Face = { name: 'form field', bold: false, italic: false, mono: false };

/** Lines for the filled fields and the boxes of `page`; `order` numbers their words. */
export function readFields(page: Page, left: number, top: number, order: () => number): Line[] {
  if (!isPdfPage(page)) return [];
  const widgets = page.getWidgets();
  try {
    return widgets.slice(0, MAX_FIELDS).flatMap((widget) => {
      const [x0, y0, x1, y1] = widget.getBounds();
      const box = { x0: x0 - left, y0: y0 - top, x1: x1 - left, y1: y1 - top };
      return toFieldLines(shownValue(widget), box, order);
    });
  } finally {
    for (const widget of widgets) widget.destroy();
  }
}

function shownValue(widget: PDFWidget): string {
  if (widget.isPushButton() || widget.isPassword()) return '';
  const value = widget.getValue().slice(0, MAX_FIELD_CHARS);
  if (widget.isCheckbox() || widget.isRadioButton()) return isOn(widget) ? '☒' : '☐';
  return value;
}

/** The state that the widget shows; a group's value is that of another button. */
function isOn(widget: PDFWidget): boolean {
  const object = widget.getObject();
  const state = object.get('AS');
  try {
    return state.isName() && state.asName() !== 'Off';
  } finally {
    state.destroy();
    object.destroy();
  }
}

function toFieldLines(
  value: string,
  box: { x0: number; y0: number; y1: number },
  order: () => number,
): Line[] {
  const rows = value.split(/\r\n?|\n/).filter((row) => row.trim() !== '');
  const height = (box.y1 - box.y0) / Math.max(1, rows.length);
  const size = Math.min(MAX_SIZE_PT, Math.max(4, height * SIZE_SHARE));
  return rows.map((row, index) => {
    const step = rows.length > 1 ? Math.min(height, size * LEADING_EM) : height;
    const baseline = box.y0 + step * index + step * 0.75;
    let x = box.x0 + 2;
    const words = row
      .trim()
      .split(/\s+/)
      .map((text) => {
        const x0 = x;
        const x1 = x0 + text.length * size * CHAR_EM;
        x = x1 + size * CHAR_EM;
        return {
          text,
          x0,
          x1,
          y0: baseline - size,
          y1: baseline + size * 0.2,
          baseline,
          size,
          face: FACE,
          color: 0,
          joined: false,
          order: order(),
        };
      });
    return toLine(words);
  });
}
