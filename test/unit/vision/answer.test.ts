import { describe, expect, it } from 'vitest';
import { parseAnswer } from '../../../shared/vision/answer.ts';

const TOKENS = { inputTokens: 1, outputTokens: 2 };

describe('parseAnswer', () => {
  it.each([
    ['Markdown as it is', '# Title\n\nText.\n', '# Title\n\nText.'],
    ['a fence around it', '```markdown\n# Title\n```', '# Title'],
    ['a fence marked md, after an introduction', 'Here is the page:\n\n```md\n# Title\n```\n', '# Title'],
    ['a fence around a fence', '````markdown\nA\n```js\n1\n```\n````', 'A\n```js\n1\n```'],
    ['a fence as short as the one in it', '```markdown\nA\n```js\n1\n```\n```', 'A\n```js\n1\n```'],
    ['code, which is the page', '```js\n1\n```', '```js\n1\n```'],
    ['code left open', 'A\n\n```js\n1', 'A\n\n```js\n1\n```'],
    [
      'tags and links that do harm as text',
      '<script>x</script> [a](javascript:b)',
      '&lt;script>x&lt;/script> [a](#)',
    ],
    ['a blank page', '<!-- blank page -->', ''],
    [
      'a page that apologises',
      `I'm sorry, I can't help with that, ${'she said. '.repeat(60)}`,
      expect.stringMatching(/^I'm sorry/),
    ],
  ])('takes %s', (_name, answer, expected) => {
    expect(parseAnswer(answer, TOKENS)).toEqual(expected);
  });

  it.each([
    ['nothing', ' \n', /empty answer/],
    ['an empty fence', '```markdown\n\n```', /empty fence/],
    ['a refusal', "I'm sorry, but I can't assist with that request.", /refused: "I'm sorry/],
    ['another', 'I cannot transcribe this image.', /refused/],
  ])('refuses %s, which is paid all the same', (_name, answer, message) => {
    expect(() => parseAnswer(answer, TOKENS)).toThrow(
      expect.objectContaining({
        code: 'UPSTREAM_INVALID',
        message: expect.stringMatching(message),
        tokens: TOKENS,
      }),
    );
  });
});
