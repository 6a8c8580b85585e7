import { expect, test } from '@jest/globals';
import { graphemes } from '../src/graphemes.ts';
import { normalText } from '../src/younger-characters.ts';

/** What Go's tables of Unicode 15 and textseg v15 make of characters that are younger, or not as they were then. */

test.each([
  ['e\u0301', '\u00e9'],
  ['e\u0897\u0323', 'e\u0897\u0323'],
  ['\u{105d2}\u0307', '\u{105d2}\u0307'],
  ['\u{105c9}e\u0301', '\u{105c9}\u00e9'],
  ['\u{11382}\u{113c9}', '\u{11382}\u{113c9}'],
])('%j is normally %j', (text, normal) => {
  expect(normalText(text)).toBe(normal);
});

test.each([
  ['e\u0301x', ['e\u0301', 'x']],
  ['a\u0897', ['a', '\u0897']],
  ['a\u{1e5ee}b', ['a', '\u{1e5ee}', 'b']],
  ['\u{113d1}a', ['\u{113d1}', 'a']],
  ['\u{11a3a}a', ['\u{11a3a}a']],
  ['\ufffd\u0301', ['\ufffd', '\u0301']],
  ['\u0915\u094d\u0937', ['\u0915\u094d', '\u0937']],
  ['\r\n\n', ['\r\n', '\n']],
  ['\u1100\uac00\u11a8\uac01', ['\u1100\uac00\u11a8', '\uac01']],
  ['\u{1f1e6}\u{1f1e7}\u{1f1e8}', ['\u{1f1e6}\u{1f1e7}', '\u{1f1e8}']],
  ['\u{1f469}\u200d\u{1f469}a', ['\u{1f469}\u200d\u{1f469}', 'a']],
  ['a\u200d\u{1f469}', ['a\u200d', '\u{1f469}']],
  ['\u0600\u0600a\u0600\n', ['\u0600\u0600a', '\u0600', '\n']],
])('%j has the clusters %j', (text, clusters) => {
  expect(graphemes(text)).toEqual(clusters);
});
