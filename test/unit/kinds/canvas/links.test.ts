import { expect, test } from 'vitest';
import { anchorsOf } from '../../../../shared/kinds/canvas/links/anchors.ts';
import { normalizedPath, PathIndex, relativeLink } from '../../../../shared/kinds/canvas/links/paths.ts';
import { namedBy } from '../../../../shared/kinds/canvas/links/token.ts';

const file = (path: string, fragment = ''): object => ({ type: 'file', path, fragment });
const page = (name: string, fragment = ''): object => ({ type: 'page', name, fragment });
const object = (identifier: string): object => ({ type: 'object', identifier, fragment: '' });

test.each<[string, object]>([
  ['$IMS-CC-FILEBASE$/a.pdf', file('a.pdf')],
  ['$IMS-CC-FILEBASE$a.pdf', file('a.pdf')],
  ['$1EdTech-CC-FILEBASE$/a.pdf', file('a.pdf')],
  ['$IMS_CC_FILEBASE$/a.pdf', file('a.pdf')],
  ['%24IMS-CC-FILEBASE%24/a%20b.pdf', file('a b.pdf')],
  ['$IMS-CC-FILEBASE$../images/r.png', file('../images/r.png')],
  ['$IMS-CC-FILEBASE$/a.pdf?canvas_download=1&x=2#page=3', file('a.pdf', '#page=3')],
  [
    '$IMS-CC-FILEBASE$/media_objects_iframe?mediahref=/a%20b.mp4?canvas_download=1&type=video',
    file('a b.mp4'),
  ],
  ['$WIKI_REFERENCE$/pages/week-1', page('week-1')],
  ['$WIKI_REFERENCE$/wiki/week-1?module_item_id=g1#x', page('week-1', '#x')],
  ['$CANVAS_OBJECT_REFERENCE$/pages/week-1', page('week-1')],
  ['$CANVAS_COURSE_REFERENCE$/pages/week-1', page('week-1')],
  ['$CANVAS_OBJECT_REFERENCE$/assignments/g12?module_item_id=g1', object('g12')],
  ['$CANVAS_OBJECT_REFERENCE$/modules/g12', object('g12')],
  ['$CANVAS_COURSE_REFERENCE$/modules/items/g12', object('g12')],
  ['$CANVAS_COURSE_REFERENCE$/file_ref/g12/download?wrap=1', object('g12')],
  ['$CANVAS_COURSE_REFERENCE$/modules', { type: 'modules' }],
  ['$CANVAS_COURSE_REFERENCE$/assignments/syllabus', { type: 'syllabus' }],
  ['$CANVAS_COURSE_REFERENCE$/grades', { type: 'course', path: 'grades' }],
  ['$WIKI_REFERENCE$', { type: 'course', path: 'pages' }],
  ['/courses/101/files/5', { type: 'host', path: '/courses/101/files/5' }],
  ['../images/r%20s.png#x', { type: 'relative', path: '../images/r s.png', fragment: '#x' }],
  ['$OF_TOMORROW$/x', { type: 'unknown' }],
  ['https://example.org/$x$', { type: 'elsewhere' }],
  ['//example.org/x', { type: 'elsewhere' }],
  ['mailto:a@example.org', { type: 'elsewhere' }],
  ['#top', { type: 'elsewhere' }],
  ['/equation_images/x%255E2', { type: 'elsewhere' }],
  ['', { type: 'elsewhere' }],
])('%s', (link, expected) => {
  const named = namedBy(link);

  expect(named).toEqual(expected);
});

test.each([
  ['a/b.md', 'a/c d.md', 'c%20d.md'],
  ['a/b.md', 'c/d#e?.md', '../c/d%23e%3F.md'],
  ['a/b/c.md', 'modules.md', '../../modules.md'],
  ['modules.md', 'content/a.md', 'content/a.md'],
])('from %s to %s', (from, to, expected) => {
  const link = relativeLink(from, to);

  expect(link).toBe(expected);
});

test.each([
  ['a/../b/./c', 'b/c'],
  ['../../a', 'a'],
  ['a//b/', 'a/b'],
])('%s is %s', (path, expected) => {
  const normalized = normalizedPath(path);

  expect(normalized).toBe(expected);
});

test.each([
  ['a b.pdf', 'a b.pdf'],
  ['a%20b.pdf', 'a b.pdf'],
  ['a+b.pdf', 'a b.pdf'],
  ['cafe\u0301.pdf', 'caf\u00e9.pdf'],
  ['what?.pdf', 'what_.pdf'],
  ['other.pdf', undefined],
])('%s finds %s', (link, expected) => {
  const index = new PathIndex();
  for (const path of ['a b.pdf', 'caf\u00e9.pdf', 'what_.pdf']) index.add(path);

  const found = index.find(link);

  expect(found).toBe(expected);
});

test('anchors are those that GitHub gives headings', () => {
  const anchors = anchorsOf(['Course', 'Week 1: Rocks & Minerals', 'Week 1: Rocks & Minerals', 'Café – été']);

  expect(anchors).toEqual(['course', 'week-1-rocks--minerals', 'week-1-rocks--minerals-1', 'café--été']);
});
