import { expect, test } from 'vitest';
import { readXml } from '../../../shared/xml/read.ts';
import { xmlRecords } from '../../../shared/xml/records.ts';

async function* inPieces(text: string, size = 7): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

/** `+name` and `-name:text` in the order of the events. */
async function eventsOf(xml: string, size: number): Promise<{ events: string; problems: number }> {
  const events: string[] = [];
  const { problems } = await readXml(inPieces(xml, size), {
    open: ({ name }) => events.push(`+${name}`),
    close: ({ name }, text) => events.push(`-${name}:${text}`),
  });
  return { events: events.join(' '), problems };
}

test.each([
  ['nested', '<a><b>x</b>y</a>', '+a +b -b:x -a:y', 0],
  ['prefixes', '<n:a xmlns:n="u"><m:b>x</m:b></n:a>', '+a +b -b:x -a:', 0],
  ['CDATA', '<a><![CDATA[<x>]]></a>', '+a -a:<x>', 0],
  ['known entities', '<a>&lt;&amp;&#65;&#x42;&nbsp;</a>', '+a -a:<&AB\u00a0', 0],
  ['unknown entities', '<a>&eacute;&toString;</a>', '+a -a:&eacute;&toString;', 2],
  ['entities that the document declares', '<!DOCTYPE a [<!ENTITY e "boom">]><a>&e;</a>', '+a -a:&e;', 1],
  ['external entities', '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', '+a -a:&e;', 1],
  ['a tag that does not match', '<a><b>x</c></b>y</a>', '+a +b -b:x -a:y', 2],
  ['an end tag of an outer element', '<a><b>x</a>', '+a +b -b:x -a:', 1],
  ['an unclosed tag', '<a><b>x', '+a +b', 2],
  ['stray ampersands', '<a>x & y; AT&T &amp; &#65; &</a>', '+a -a:x & y; AT&T & A &', 0],
  ['ampersands in CDATA', '<a><![CDATA[x & y &amp; ]] ]]>&amp;</a>', '+a -a:x & y &amp; ]] &', 0],
  ['nothing', '', '', 1],
])('%s', async (_, xml, expected, problems) => {
  const read = await Promise.all([1, 7, 1000].map((size) => eventsOf(xml, size)));

  for (const each of read) expect(each).toEqual({ events: expected, problems });
});

test('attributes are found by local and by full name', async () => {
  const found: unknown[] = [];

  await readXml(inPieces('<a r:id="1" id="2" r:b="3" __proto__="4"/>'), {
    open: ({ attributes }) =>
      found.push(
        attributes.get('id'),
        attributes.get('r:id'),
        attributes.get('b'),
        attributes.get('__proto__'),
      ),
  });

  expect(found).toEqual(['2', '1', '3', '4']);
});

test.each([
  ['levels', '<a>'.repeat(257)],
  ['characters', `<a>${'x'.repeat(33 * 1024 * 1024)}`],
])('refuses too many %s', async (_, xml) => {
  await expect(readXml(inPieces(xml, 1024 * 1024), {})).rejects.toMatchObject({ code: 'ITEM_TOO_LARGE' });
});

test('records have their direct fields and know what holds them', async () => {
  const xml =
    '<m><module id="1"><items><item id="2"><title> A </title><nil nil="true">x</nil><deep><title>no</title></deep></item></items><title>M</title></module></m>';

  const { records } = await xmlRecords(inPieces(xml), ['module', 'item']);

  const [module, item] = records;
  expect(Object.fromEntries(module?.fields ?? [])).toEqual({ items: '', title: 'M' });
  expect(Object.fromEntries(item?.fields ?? [])).toEqual({ title: 'A', deep: '' });
  expect(item?.within).toBe(module);
});
