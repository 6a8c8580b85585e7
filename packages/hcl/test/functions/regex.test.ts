import { describe, expect, test } from '@jest/globals';
import { jsonOf, problemsOf, typeTextOf } from './evaluation.ts';

describe('a regular expression gives', () => {
  test.each([
    ['regex("b+", "abbc")', '"bb"'],
    ['regex("(a)(x)?", "ab")', '["a",null]'],
    ['regex("(?P<n>a)(?P<m>x)?", "ab")', '{"m":null,"n":"a"}'],
    ['regex("(?<n>a)(?:b)", "ab")', '{"n":"a"}'],
    ['regex("", "ab")', '""'],
    // RE2's syntax and rules, where JavaScript has others.
    ['regex("(?i)K", "\u212a")', '"K"'],
    ['regex("(?s)a.b", "a\\nb")', '"a\\nb"'],
    ['regex("(?U)a+", "aaa")', '"a"'],
    ['regex("\\\\Aa\\\\z", "a")', '"a"'],
    ['regex("[[:alpha:]]+", "1ab2")', '"ab"'],
    ['regex("^\\\\pL+$", "é日")', '"é日"'],
    // Letters of Unicode 15 alone: Packer knows no later ones.
    ['regexall("\\\\pL", "a\u1c89\u1c88")', '["a","\u1c88"]'],
    ['regexall("[^\\\\P{Lu}Q]", "aBQ\ua7dc")', '["B"]'],
    ['regexall("\\\\P{^letter}|[\\\\p{greek}-\\\\pN]", "b1-\u03b1!")', '["b","1","-","\u03b1"]'],
    ['regexall("(?i)[\\\\P{Lu}]", "aB1")', '["1"]'],
    ['regex("\\\\Q\\\\pL\\\\E|\\\\\\\\pL", "\\\\pL")', '"\\\\pL"'],
    ['regex("\\\\Qa.b\\\\E", "axb a.b")', '"a.b"'],
    ['regex("(a|ab)(c|bcd)", "abcd")', '["a","bcd"]'],
    ['regex("\\\\d", "٣3")', '"3"'],
    ['regexall("b", "abbc")', '["b","b"]'],
    ['regexall("z", "abbc")', '[]'],
    ['regexall("(b)(x)?", "abb")', '[["b",null],["b",null]]'],
    ['regexall("b*", "abbc")', '["","bb",""]'],
    ['regexall("", "😀a")', '["","",""]'],
    ['regexall("^.", "ab")', '["a"]'],
    ['regexall("\\\\b.", "ab cd")', '["a"," ","c"]'],
    ['regex_replace("hello", "(l)", "<$1>")', '"he<l><l>o"'],
    ['regex_replace("hello", "(l)", "$1x")', '"heo"'],
    ['regex_replace("hello", "(l)", "$${1}x")', '"helxlxo"'],
    ['regex_replace("hello", "(?P<w>l+)", "[$w|$${w}|$0]")', '"he[ll|ll|ll]o"'],
    ['regex_replace("abc", "(?P<a>b)", "$a_$2$${zz}$00")', '"ac"'],
    ['regex_replace("abc", "b", "$$ $( $${ $-")', '"a$ $( ${ $-c"'],
    ['regex_replace("abc", "b*", "-")', '"-a-c-"'],
    ['regex_replace("é日", "", "-")', '"-é-日-"'],
    ['regex_replace("a.b", "[.]", "\\\\")', '"a\\\\b"'],
  ])('%s = %s', (text, json) => {
    expect(jsonOf(text)).toBe(json);
  });
});

test.each([
  ['regexall("z", "a")', 'list(string)'],
  ['regexall("(?P<n>z)", "a")', 'list(object({n=string}))'],
  ['regexall("(z)(y)", "a")', 'list(tuple([string,string]))'],
])('%s is a %s', (text, type) => {
  expect(typeTextOf(text)).toBe(type);
});

describe('a regular expression refuses', () => {
  test.each([
    ['regex("z", "a")', '"text" of regex() does not do: The pattern matches nothing in the text.'],
    ['regex("(?P<n>a)(b)", "ab")', 'Some groups of the pattern have names and some have none'],
    ['regexall("(?P<n>a)(b)", "")', 'Some groups of the pattern have names and some have none'],
    ['regex("(", "a")', 'This is no regular expression that RE2 knows: missing closing ): `(`.'],
    ['regex("a(?=b)", "ab")', 'invalid or unsupported Perl syntax: `(?=`'],
    ['regex("(a)\\\\1", "aa")', 'invalid escape sequence: `\\1`'],
    ['regex("\\\\pL(", "a")', 'missing closing ): `\\pL(`'],
    ['regex("\\\\p{Emoji}", "a")', 'invalid character class range: `\\p{Emoji}`'],
    ['regex("[a-\\\\pL]", "a")', 'invalid escape sequence: `\\p`'],
    ['regex("a{1001}", "a")', 'invalid repeat count: `{1001}`'],
    ['regex_replace("a", "(", "")', '"pattern" of regex_replace() does not do: This is no regular'],
  ])('%s: %s', (text, message) => {
    expect(problemsOf(text)).toContain(message);
  });
});

test('a pattern that would take a backtracking engine for ever ends at once', () => {
  expect(problemsOf('regex("(a*)*b", join("", [for i in range(1000) : "a"]))')).toContain(
    'matches nothing',
  );
});
