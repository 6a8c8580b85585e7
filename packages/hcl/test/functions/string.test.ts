import { describe, expect, test } from '@jest/globals';
import { jsonOf, problemsOf } from './evaluation.ts';

describe('a string function gives', () => {
  test.each([
    // Case mapping is Go's: one code point becomes one.
    ['upper("straße ŉ ǆ ΐ ı ᾳ ﬁ")', '"STRAßE ŉ Ǆ ΐ I ᾼ ﬁ"'],
    ['upper("ᾀ ᾗ ᾯ ῳ ÿ 𐐨")', '"ᾈ ᾟ ᾯ ῼ Ÿ 𐐀"'],
    ['lower("İ ΑΣ ẞ Å")', '"i ασ ß å"'],
    ['lower("\ua7dc\ua7cb")', '"\ua7dc\ua7cb"'],
    [
      'title("hello wOrld\'s foo_bar-baz ǆ ßa 3rd a\u00a0b")',
      '"Hello WOrld\'S Foo_bar-Baz ǅ ßa 3rd A\u00a0B"',
    ],
    // Letters younger than Unicode 15 have no case in Go.
    [
      'upper("\\u019b\\u0264\\u1c8a\\U00010d70\\U00016ebb")',
      '"\u019b\u0264\u1c8a\u{10d70}\u{16ebb}"',
    ],
    ['title("ა ab")', '"ა Ab"'],
    ['strrev("a🇩🇪b👨‍👩‍👧")', '"👨‍👩‍👧b🇩🇪a"'],
    ['chomp("a\\r\\n\\r\\n\\n")', '"a"'],
    ['chomp("a\\n\\r")', '"a"'],
    ['chomp("a\\nb")', '"a\\nb"'],
    ['trimspace("\\u0085\\u00a0 a \\ufeff")', '"a \ufeff"'],
    ['trimspace(" \\n\\t")', '""'],
    ['trim("  abcba  ", "a ")', '"bcb"'],
    ['trim("😀a😀", "😀")', '"a"'],
    ['trim("aaa", "a")', '""'],
    ['trimprefix("ababx", "ab")', '"abx"'],
    ['trimprefix("ab", "x")', '"ab"'],
    ['trimsuffix("xabab", "ab")', '"xab"'],
    ['trimsuffix("ab", "")', '"ab"'],
    ['replace("a.c.", ".", "$1")', '"a$1c$1"'],
    ['replace("/a/", "/a/", "x")', '"x"'],
    ['replace("aXa", "/X/", "y")', '"aXa"'],
    ['replace("a😀", "", "-")', '"-a-😀-"'],
    ['startswith("abc", "ab")', 'true'],
    ['startswith("abc", "AB")', 'false'],
    ['endswith("abc", "")', 'true'],
    ['endswith("abc", "b")', 'false'],
    ['strcontains("abc", "b")', 'true'],
    ['strcontains("abc", "cb")', 'false'],
    ['substr("hello", 1, 3)', '"ell"'],
    ['substr("hello", 1, -1)', '"ello"'],
    ['substr("hello", -3, 2)', '"ll"'],
    ['substr("hello", -30, 2)', '"he"'],
    ['substr("hello", 10, 2)', '""'],
    ['substr("hello", 2, 0)', '""'],
    ['substr("hello", -3, 0)', '"llo"'],
    ['substr("a🇩🇪b👨‍👩‍👧c", 1, 2)', '"🇩🇪b"'],
    ['indent(2, "a\\n\\nb")', '"a\\n  \\n  b"'],
    ['join(", ", ["a", 1, true])', '"a, 1, true"'],
    ['join("-", ["a"], [], ["b"])', '"a-b"'],
    ['split(",", "a,,b")', '["a","","b"]'],
    ['split(",", "")', '[""]'],
    ['split("", "")', '[]'],
    ['split("", "añ😀")', '["a","ñ","😀"]'],
    ['upper(1)', '"1"'],
    // Everything that goes in or comes out is in normal form C.
    ['strrev("e\\u0301a")', '"aé"'],
    ['join("", ["e", "\\u0301"])', '"é"'],
  ])('%s = %s', (text, json) => {
    expect(jsonOf(text)).toBe(json);
  });
});

describe('a string function refuses', () => {
  test.each([
    ['indent(-1, "a")', 'The number of spaces is -1; it must be from 0 to 10000.'],
    ['indent(1e15, "a")', 'it must be from 0 to 10000.'],
    ['indent(1.5, "a")', 'A whole number is needed, not 1.5.'],
    ['substr("a", 1e30, 1)', 'is too large: at most 64 bits can be used here.'],
    ['join(",")', 'Give at least one list to join.'],
    ['join(",", ["a"], ["b", null])', '"lists" of join() does not do: Element 1 is null'],
    ['upper(null)', 'must not be null'],
    ['upper(["a"])', 'string required'],
  ])('%s: %s', (text, message) => {
    expect(problemsOf(text)).toContain(message);
  });
});
