import { expect, test } from '@jest/globals';
import { stillText } from '../src/views/still-text.ts';

test.each([
  ['plain, tab\tand\nlines', 'plain, tab\tand\nlines'],
  ['\u001b[31mred\u001b[0m', '\u001b[31mred\u001b[0m\u001b[0m'],
  ['\u001b[1;32munclosed', '\u001b[1;32munclosed\u001b[0m'],
  ['up\u001b[2A and\u001b[2J gone\u001b[?25l', 'up and gone'],
  ['\u001b7\u001b[0;23r\u001b8saved\u001bM\u001b(B', 'saved'],
  ['\u001b]0;title\u0007a\u001b]8;;http://x\u001b\\b', 'ab'],
  ['bell\u0007 back\b return\r vertical\u000b', 'bell back return vertical'],
  ['\u001b[12', '[12'],
])('%j stays in its line as %j', (text, want) => {
  expect(stillText(text)).toBe(want);
});
