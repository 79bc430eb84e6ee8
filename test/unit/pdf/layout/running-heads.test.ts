/** What is taken for a running head, and what only looks like one. */
import { describe, expect, it } from 'vitest';
import { findRunning, takeRunning } from '../../../../shared/pdf/layout/running-heads.ts';
import { type Face, type Line, lineText, toLine } from '../../../../shared/pdf/read/words.ts';

const HEIGHT = 800;
const FACE: Face = { name: 'Serif', bold: false, italic: false, mono: false };

function at(text: string, y0: number): Line {
  const box = { x0: 72, x1: 72 + text.length * 5, y0, y1: y0 + 10, baseline: y0 + 8 };
  return toLine([{ ...box, text, size: 10, face: FACE, color: 0, joined: false, order: 1 }]);
}

/** A page of text between an edge line at `y` and one in the middle. */
const page = (text: string, y: number): Line[] => [at(text, y), at('words', 300), at('words', 320)];

function runningOf(pages: readonly Line[][]): string[] {
  const running = findRunning();
  for (const lines of pages) running.add(lines, { height: HEIGHT });
  return running.keys();
}

describe('findRunning', () => {
  it.each([
    ['a head on every page', [40, 40, 40], 'History', ['head:history']],
    ['one that a scanner shook', [38, 44, 41], 'History', ['head:history']],
    ['the same sentence at other places', [40, 70, 95], 'History', []],
    ['bullets', [40, 40, 40], '•', []],
    ['text in the middle of the page', [200, 200, 200], 'History', []],
  ])('%s', (_name, ys, text, expected) => {
    expect(runningOf(ys.map((y) => page(text, y)))).toEqual(expected);
  });

  it('takes what runs askew over every page, wherever it stands', () => {
    const running = findRunning();
    for (const degrees of [0, -50, 0, -50, 0, -50])
      running.add(degrees === 0 ? page('text', 300) : [at('DRAFT', 420)], { height: HEIGHT, degrees });

    expect(running.keys()).toEqual(['askew:draft']);
  });

  it('takes numbers that count on for one head', () => {
    expect(runningOf([7, 8, 9].map((number) => page(`Page ${number}`, 40)))).toEqual(['head:page #']);
  });
});

describe('takeRunning', () => {
  it('drops a page number at the foot of a document of one page', () => {
    const lines = [at('text', 100), at('text', 600), at('3', 770)];

    expect([...takeRunning(lines, { height: HEIGHT }, [])].map(lineText)).toEqual(['3']);
  });

  it.each([
    ['a number that is part of the text above', [at('text', 100), at('2024', 755), at('3', 768)]],
    ['words', [at('text', 100), at('end', 770)]],
    ['a number further up', [at('text', 100), at('3', 650)]],
  ])('keeps %s', (_name, lines) => {
    expect(takeRunning(lines, { height: HEIGHT }, [])).toEqual(new Set());
  });
});
