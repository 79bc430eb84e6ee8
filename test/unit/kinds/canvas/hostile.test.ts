import { describe, expect, test } from 'vitest';
import { archiveOf, courseArchive } from '../../../fixtures/canvas/course.ts';
import { playFiles, textOf } from '../../../fixtures/canvas/files.ts';
import { play } from '../../../fixtures/canvas/play.ts';

describe('each costs itself alone', () => {
  test.each<[string, string, () => string | Buffer | Promise<Buffer>, string]>([
    ['XML nested 1,000 deep', 'a.xml', () => '<a>'.repeat(1_000), 'ITEM_TOO_LARGE'],
    ['a document that is none', 'a.docx', () => 'not a zip', 'TEXT_INVALID'],
    ['a document without text', 'a.docx', () => archiveOf([['x.xml', '<x/>']]), 'TEXT_INVALID'],
    [
      'a document that is a bomb',
      'a.docx',
      () => bomb('word/document.xml', 300 * 1024 * 1024),
      'TEXT_INVALID',
    ],
    ['an old document that is none', 'a.doc', () => 'not a compound file', 'TEXT_INVALID'],
    ['a transcript that is none', 'a.sjson', () => '{"text": 5}', 'TEXT_INVALID'],
  ])('%s', async (_, name, make, code) => {
    const { results } = await playFiles({ [name]: await make(), 'b.txt': 'x' });

    expect(results.get(`web_resources/${name}`)).toMatchObject({
      status: 'failed',
      failure: { code, message: expect.stringContaining(`web_resources/${name}`) },
      detail: { title: name },
    });
    expect(results.get('web_resources/b.txt')?.status).toBe('ok');
  });

  test.each<[string, () => string, number]>([
    ['a page of 9 MB', () => `<p>${words(9 * 1024 * 1024)}</p>`, 9_000_000],
    ['a page nested 300,000 deep', () => numbered(300_000, (at) => `<div id="${at}">x`), 600_000],
    ['a page of 200,000 elements', () => numbered(200_000, (at) => `<p>${at}</p>`), 1_400_000],
  ])('%s is read', async (_, make, chars) => {
    const played = await playFiles({ 'a.htm': make() });

    expect(textOf(played, 'a.htm')?.length).toBeGreaterThan(chars);
  });

  test('an entity bomb in XML expands to nothing', async () => {
    const xml = `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(1000)}"><!ENTITY b "${'&a;'.repeat(1000)}">]><x>${'&b;'.repeat(100)}</x>`;

    const played = await playFiles({ 'a.xml': xml });

    expect(textOf(played, 'a.xml')?.length).toBeLessThan(1000);
  });

  test('a member whose bytes are damaged', async () => {
    const archive = await courseArchive({
      resources: [{ href: 'web_resources/a.txt' }, { href: 'web_resources/b.txt' }],
      files: { 'web_resources/a.txt': 'some text', 'web_resources/b.txt': 'x' },
    });
    const at = archive.indexOf('web_resources/a.txt', archive.indexOf('imsmanifest.xml') + 5);
    archive.fill(0xff, at + 19, at + 23);

    const { results } = await play(archive);

    expect(results.get('web_resources/a.txt')).toMatchObject({
      status: 'failed',
      failure: { code: 'ZIP_MEMBER_INVALID' },
    });
    expect(results.get('web_resources/b.txt')?.status).toBe('ok');
  });
});

/** Text that does not compress so well that the zip reader takes it for a bomb. */
function words(chars: number): string {
  return numbered(chars / 4, (at) => ((at * 2_654_435_761) >>> 8).toString(36)).slice(0, chars);
}

function numbered(count: number, text: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => text(at)).join(' ');
}

/** A zip whose one member inflates to `bytes` zeros. */
async function bomb(name: string, bytes: number): Promise<Buffer> {
  return await archiveOf([[name, Buffer.alloc(bytes)]]);
}
