/** The corpus: 48 documents that differ in structure, theme, columns and language. */
import type { Document } from './ast.ts';
import {
  type Builder,
  code,
  heading,
  list,
  mergedTable,
  newBuilder,
  noted,
  paragraphs,
  quote,
  sentences,
  styled,
  table,
} from './build.ts';
import { FORMULAS } from './formulas.ts';

type Layout = Partial<Pick<Document, 'columns' | 'theme' | 'runningHead' | 'language'>>;

function define(name: string, seed: number, layout: Layout, write: (builder: Builder) => void): Document {
  const builder = newBuilder(seed, layout.language);
  write(builder);
  const { blocks, notes } = builder;
  return { name, columns: 1, theme: 'plain', language: 'en', ...layout, blocks, notes };
}

function report(b: Builder, title: string, sections: number, depth: 1 | 2 | 3): void {
  heading(b, 1, title);
  paragraphs(b, 1);
  for (let index = 0; index < sections; index += 1) {
    heading(b, 2);
    paragraphs(b, 2);
    if (depth < 2) continue;
    heading(b, 3);
    paragraphs(b, 1);
    if (depth < 3) continue;
    heading(b, 4);
    paragraphs(b, 1);
  }
}

function syllabus(b: Builder): void {
  heading(b, 1, 'Coastal Geography 204: Syllabus');
  paragraphs(b, 1);
  heading(b, 2, 'What you need');
  list(b, false, 5);
  heading(b, 2, 'Calendar');
  table(b, { rows: 8, columns: 3, words: true }, 'grid');
  heading(b, 2, 'Grading policy');
  paragraphs(b, 1);
  list(b, true, 4);
  heading(b, 3, 'Late work');
  paragraphs(b, 1);
}

function manual(b: Builder): void {
  heading(b, 1, 'Survey Toolkit Manual');
  styled(b);
  heading(b, 2, 'Installing the software');
  list(b, true, 4);
  code(b);
  heading(b, 2, 'Working with large files');
  paragraphs(b, 1);
  code(b);
  styled(b);
  heading(b, 3, 'Known limitations');
  list(b, false, 4, 2);
}

function tables(style: 'grid' | 'rules' | 'plain' | 'striped', rows: number, columns: number, words = false) {
  return (b: Builder): void => {
    heading(b, 1, 'Tables of the second season');
    paragraphs(b, 1);
    table(b, { rows, columns, words }, style);
    paragraphs(b, 1);
    heading(b, 2, 'Comparison');
    table(b, { rows: 4, columns: 3 }, style);
    paragraphs(b, 1);
  };
}

function paper(b: Builder): void {
  heading(b, 1, 'Sediment Transport in Small Harbours');
  paragraphs(b, 1, 3, 4);
  for (const title of ['Introduction', 'Methods', 'Results', 'Discussion', 'Conclusions']) {
    heading(b, 2, title);
    paragraphs(b, 3);
    if (title === 'Results') table(b, { rows: 5, columns: 3 }, 'rules');
  }
}

function lists(ordered: boolean, depth: number) {
  return (b: Builder): void => {
    heading(b, 1, 'Checklists');
    paragraphs(b, 1);
    heading(b, 2, 'Before departure');
    list(b, ordered, 5, depth);
    paragraphs(b, 1);
    heading(b, 2, 'After arrival');
    list(b, !ordered, 4, depth);
  };
}

function notes(b: Builder): void {
  heading(b, 1, 'Notes on the Northern Harbours');
  for (let index = 0; index < 3; index += 1) {
    heading(b, 2);
    noted(b);
    paragraphs(b, 1);
    noted(b);
  }
}

function foreign(b: Builder): void {
  const title = sentences(b, 1)
    .slice(0, 24)
    .replace(/[\s،,，。.]+\S*$/u, '');
  heading(b, 1, title);
  for (let index = 0; index < 4; index += 1) {
    heading(b, 2);
    paragraphs(b, 2, 3, 6);
  }
}

function faq(b: Builder): void {
  heading(b, 1, 'Frequently asked questions');
  for (const question of [
    'Who may use the harbour?',
    'What does a berth cost?',
    'How do I book?',
    'Can I cancel?',
  ]) {
    heading(b, 3, question);
    paragraphs(b, 1, 1, 3);
  }
  quote(b);
  paragraphs(b, 1);
}

function maths(b: Builder): void {
  heading(b, 1, 'Notes on wave theory');
  for (const [index, formula] of FORMULAS.entries()) {
    if (index % 3 === 0) heading(b, 2);
    paragraphs(b, 1, 1, 3);
    b.blocks.push({ type: 'paragraph', text: formula });
  }
}

function merged(b: Builder): void {
  heading(b, 1, 'Fleet statistics');
  paragraphs(b, 1);
  mergedTable(b, 'grid');
  paragraphs(b, 1);
  heading(b, 2, 'Details');
  table(b, { rows: 5, columns: 5 }, 'grid');
}

const plainReport = (title: string, sections: number, depth: 1 | 2 | 3) => (b: Builder) =>
  report(b, title, sections, depth);

export const CORPUS: readonly Document[] = [
  define('report-1', 1, {}, plainReport('Annual report of the harbour board', 3, 1)),
  define('report-2', 2, { theme: 'web' }, plainReport('Field seasons and what they showed', 3, 2)),
  define(
    'report-3',
    3,
    { theme: 'report', runningHead: 'Harbour board, annual report' },
    plainReport('The northern coast', 4, 3),
  ),
  define(
    'report-4',
    4,
    { theme: 'book', runningHead: 'A short history' },
    plainReport('A Short History of the Coast', 6, 2),
  ),
  define('report-5', 5, { theme: 'report' }, plainReport('Operating costs', 3, 3)),
  define(
    'report-6',
    6,
    { theme: 'web', runningHead: 'Internal draft' },
    plainReport('Plans for the coming year', 5, 1),
  ),
  define('paper-1', 7, { columns: 2, theme: 'book' }, paper),
  define('paper-2', 8, { columns: 2, theme: 'plain', runningHead: 'Journal of Harbours 12(3)' }, paper),
  define('paper-3', 9, { columns: 3, theme: 'report' }, paper),
  define('paper-4', 10, { columns: 2, theme: 'report' }, plainReport('Two columns, three levels', 4, 2)),
  define('paper-5', 11, { columns: 3, theme: 'plain' }, plainReport('A newsletter for the islands', 5, 1)),
  define('syllabus-1', 12, { theme: 'web' }, syllabus),
  define('syllabus-2', 13, { theme: 'report', runningHead: 'GEO 204 Syllabus' }, syllabus),
  define('syllabus-3', 14, { theme: 'book' }, syllabus),
  define('manual-1', 15, { theme: 'web' }, manual),
  define('manual-2', 16, { theme: 'plain' }, manual),
  define('manual-3', 17, { theme: 'report', runningHead: 'Survey Toolkit 4.2' }, manual),
  define('table-grid', 18, {}, tables('grid', 6, 4)),
  define('table-wide', 19, { theme: 'report' }, tables('grid', 8, 9)),
  define('table-long', 20, { theme: 'web' }, tables('grid', 70, 5)),
  define('table-rules', 21, { theme: 'book' }, tables('rules', 8, 5)),
  define('table-plain', 22, {}, tables('plain', 8, 4)),
  define('table-plain-wide', 23, { theme: 'web' }, tables('plain', 12, 7)),
  define('table-striped', 24, { theme: 'web' }, tables('striped', 10, 5)),
  define('table-words', 25, { theme: 'report' }, tables('grid', 7, 4, true)),
  define('table-words-rules', 26, { theme: 'book' }, tables('rules', 7, 4, true)),
  define('table-words-plain', 27, {}, tables('plain', 6, 3, true)),
  define('table-long-rules', 28, { theme: 'report', runningHead: 'Tables' }, tables('rules', 60, 4)),
  define('table-merged', 29, {}, merged),
  define('table-merged-2', 30, { theme: 'web' }, merged),
  define('list-1', 31, {}, lists(false, 1)),
  define('list-2', 32, { theme: 'web' }, lists(false, 2)),
  define('list-3', 33, { theme: 'report' }, lists(true, 2)),
  define('list-4', 34, { theme: 'book' }, lists(true, 3)),
  define('list-5', 35, { theme: 'web', columns: 2 }, lists(false, 2)),
  define('notes-1', 36, {}, notes),
  define('notes-2', 37, { theme: 'book', runningHead: 'Northern harbours' }, notes),
  define('faq-1', 38, { theme: 'web' }, faq),
  define('faq-2', 39, { theme: 'report' }, faq),
  define('german', 40, { language: 'de', columns: 2 }, foreign),
  define('french', 41, { language: 'fr', theme: 'book' }, foreign),
  define('chinese', 42, { language: 'zh' }, foreign),
  define('chinese-2', 43, { language: 'zh', columns: 2 }, foreign),
  define('japanese', 44, { language: 'ja', theme: 'web' }, foreign),
  define('russian', 45, { language: 'ru' }, foreign),
  define('arabic', 46, { language: 'ar' }, foreign),
  define('hebrew', 47, { language: 'he' }, foreign),
  define('maths', 48, { theme: 'book' }, maths),
];
