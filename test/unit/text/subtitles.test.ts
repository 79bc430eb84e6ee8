import { expect, test } from 'vitest';
import { subtitleText } from '../../../shared/text/subtitles.ts';

async function spoken(...chunks: string[]): Promise<string> {
  async function* source(): AsyncGenerator<string> {
    yield* chunks;
  }
  let text = '';
  for await (const piece of subtitleText(source())) text += piece;
  return text;
}

const SRT_TIMES = '00:00:01,000 --> 00:00:02,000';
const VTT_TIMES = '00:01.000 --> 00:02.000 align:start position:0%';

test.each([
  ['SubRip', `1\n${SRT_TIMES}\nHello\nthere\n\n2\n${SRT_TIMES}\nBye\n`, 'Hello\nthere\nBye\n'],
  ['SubRip with CRLF and BOM', `\ufeff1\r\n${SRT_TIMES}\r\nHello\r\n\r\n`, 'Hello\n'],
  ['SubRip without blank lines', `1\n${SRT_TIMES}\nHello\n2\n${SRT_TIMES}\nBye`, 'Hello\nBye\n'],
  ['a number that is spoken', `7\n${SRT_TIMES}\n42\n`, '42\n'],
  ['WebVTT', `WEBVTT - title\n\n${VTT_TIMES}\nHello\n`, 'Hello\n'],
  ['a header right before the first cue', `WEBVTT\n${VTT_TIMES}\nHello\n`, 'Hello\n'],
  ['cue names', `WEBVTT\n\nintroduction\n${VTT_TIMES}\nHello\n`, 'Hello\n'],
  [
    'notes, styles, regions',
    `WEBVTT\n\nNOTE\nno one\n\nSTYLE\n::cue {}\n\nREGION\nid:x\n\n${VTT_TIMES}\nHi\n`,
    'Hi\n',
  ],
  [
    'voices and marks',
    `WEBVTT\n\n${VTT_TIMES}\n<v.loud Ada>Hi <i>all</i><00:01.500> &amp; you\n`,
    'Ada: Hi all & you\n',
  ],
  ['SubRip fonts and positions', `1\n${SRT_TIMES}\n{\\an8}<font color="#fff">Up</font>\n`, 'Up\n'],
  ['roll-up captions', `WEBVTT\n\n${VTT_TIMES}\none\n\n${VTT_TIMES}\none\ntwo\n`, 'one\ntwo\n'],
  ['an ampersand written as one', `1\n${SRT_TIMES}\n&amp;lt;\n`, '&lt;\n'],
  ['nothing', '', ''],
])('%s', async (_, file, expected) => {
  const text = await spoken(file);

  expect(text).toBe(expected);
});

test('gives the same text however the file is cut', async () => {
  const file = `WEBVTT\r\n\r\n1\r\n${VTT_TIMES}\r\n<v Ada>Hello\r\n\r\n2\r\n${VTT_TIMES}\r\nBye\r\n`;
  const whole = await spoken(file);

  const cut = await Promise.all(Array.from(file, (_, at) => spoken(file.slice(0, at), file.slice(at))));

  expect(whole).toBe('Ada: Hello\nBye\n');
  expect(new Set(cut)).toEqual(new Set([whole]));
});
