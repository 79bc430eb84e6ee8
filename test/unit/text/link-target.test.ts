import { expect, test } from 'vitest';
import { toLink } from '../../../shared/text/link-target.ts';

test.each([
  ['https://example.org/a', '[x](https://example.org/a)'],
  ['mailto:a@example.org', '[x](mailto:a@example.org)'],
  ['notes/week 1.html', '[x](notes/week%201.html)'],
  ['https://example.org/a_(b)', '[x](https://example.org/a_%28b%29)'],
  ['https://example.org/\n> <b>', '[x](https://example.org/%0A%3E%20%3Cb%3E)'],
  ['', 'x'],
  ['javascript:alert(1)', 'x'],
  [' Java\tScript:alert(1)', 'x'],
  ['\u0001vbscript:x', 'x'],
  ['data:text/html,<script>', 'x'],
])('a link to %j', (link, expected) => {
  expect(toLink('x', link)).toBe(expected);
});
