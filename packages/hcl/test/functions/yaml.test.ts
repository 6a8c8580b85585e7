import { describe, expect, test } from '@jest/globals';
import { fromJs, stringValue, valueToJson } from '../../src/index.ts';
import { problemsOf, resultOf } from './evaluation.ts';

describe('yamlencode writes', () => {
  test.each([
    [
      'a nested value',
      { b: 'x', a: 1, c: [1, [2, 3], { d: true }], e: {}, f: [], g: null, h: { i: { j: 'k' } } },
      '"a": 1\n"b": "x"\n"c":\n- 1\n- - 2\n  - 3\n- "d": true\n"e": {}\n"f": []\n"g": null\n"h":\n  "i":\n    "j": "k"\n',
    ],
    [
      'a list of lists',
      [[[1]], [{ a: [1] }], [], [[]], { b: [], c: {} }],
      '- - - 1\n- - "a":\n    - 1\n- []\n- - []\n- "b": []\n  "c": {}\n',
    ],
    ['a text', 'a', '"a"\n'],
    ['a number', 1.5, '1.5\n...\n'],
    ['null', null, 'null\n...\n'],
    ['an empty list', [], '[]\n'],
    ['an empty object', {}, '{}\n'],
    ['lines', 'a\nb', '|-\n  a\n  b\n'],
    ['lines with an end', 'a\nb\n', '|\n  a\n  b\n'],
    ['lines with empty ones', ['a\n\nb\n\n', 1], '- |+\n  a\n\n  b\n\n- 1\n'],
    ['nothing but a line', '\n', '|2+\n\n'],
    ['lines with a space first', ' a\nb', '|2-\n   a\n  b\n'],
    ['lines with a space last', 'a \nb', '"a \\nb"\n'],
    [
      'lines in a mapping',
      { a: 'x\ny', b: ['p\nq', ['r\ns']] },
      '"a": |-\n  x\n  y\n"b":\n- |-\n  p\n  q\n- - |-\n    r\n    s\n',
    ],
    ['lines with a tab', 'a\tb\nc', '"a\\tb\\nc"\n'],
    [
      'characters that need an escape',
      'é\t\u0001"\\/\u2028\ufeff😀\u0085\u007f\r\0\u001b\u00a0',
      '"é\\t\\x01\\"\\\\/\\L\\uFEFF\\U0001F600\\N\\x7F\\r\\0\\e\u00a0"\n',
    ],
    ['keys', { 'a b': 1, '1': 3, true: 4, 'x:y': 2 }, '"1": 3\n"a b": 1\n"true": 4\n"x:y": 2\n'],
    [
      'a key of several lines',
      { 'a\nb': [1], 'c\nd': { e: 'f' }, 'e\n': 'x\ny', 'f\n\n': 2 },
      '? |-\n  a\n  b\n: - 1\n? |-\n  c\n  d\n: "e": "f"\n? |\n  e\n: |-\n  x\n  y\n? |+\n  f\n\n: 2\n',
    ],
    [
      'a long key',
      { ['k'.repeat(129)]: [1, { a: 2 }], ['l'.repeat(128)]: 1 },
      `? "${'k'.repeat(129)}"\n: - 1\n  - "a": 2\n"${'l'.repeat(128)}": 1\n`,
    ],
    [
      'a long text',
      { a: 'abcde '.repeat(20).trim() },
      `"a": "${'abcde '.repeat(13).trim()}\n  ${'abcde '.repeat(7).trim()}"\n`,
    ],
    [
      'a long text with double spaces',
      ['abcde  '.repeat(14).trim()],
      `- "${'abcde  '.repeat(12).trim()}\n  \\ abcde  abcde"\n`,
    ],
    ['a long text without spaces', 'a'.repeat(200), `"${'a'.repeat(200)}"\n`],
  ])('%s', (_, js, yaml) => {
    expect(resultOf('yamlencode(value)', { variables: { value: fromJs(js) } })).toEqual(
      stringValue(yaml),
    );
  });

  test('what yamldecode reads back', () => {
    const js = {
      'a\nb': [' x\n\ny\n\n', 1.5, null, { c: [[]] }],
      d: `${'é '.repeat(99)}!`,
      yes: 'no',
    };
    const result = resultOf('yamldecode(yamlencode(value))', { variables: { value: fromJs(js) } });
    expect(JSON.parse(valueToJson(result))).toEqual(js);
  });
});

describe('yamldecode reads', () => {
  test.each([
    ['a: 1\nb: [x, true, ~, 1.5]\nc:\n  - d: e', '{"a":1,"b":["x",true,null,1.5],"c":[{"d":"e"}]}'],
    [
      '[yes, no, on, off, y, n, Yes, TRUE, False, tRUE, NULL, null, nULL, ~, ]',
      '[true,false,true,false,true,false,true,true,false,"tRUE",null,null,"nULL",null]',
    ],
    [
      '[0x1F, 0o17, 017, 0b11, -0b1, 1_000, 1e3, +1, .5, 5., 1.5e-3, 08, 1:30, 1e]',
      '["0x1F","0o17",17,3,-1,1000,1000,1,0.5,5,0.0015,8,"1:30","1e"]',
    ],
    [
      '[., +, 00, -00.1, ._5, 1__0, _1, 0b1_1, 1_, .e1]',
      '[".","+",0,-0.1,"._5",10,"_1",3,1,".e1"]',
    ],
    [
      '[!!int 0b11, !!int 1_000, !!float 0x1F, !!int -0o17, +0x1, 0X1]',
      '[3,1000,31,-15,"+0x1","0X1"]',
    ],
    ['!!bool |\n  true', 'true'],
    ['---', 'null'],
    [
      '[123456789012345678901234567890, 0.1234567890123456789]',
      '[123456789012345678901234567890,0.1234567890123456789]',
    ],
    [
      '[2001-01-01, 2001-1-1 00:00:00, 2001-12-14t21:59:43.10-05:00, 2001-12-14 21:59:43.10 -5, 2001-02-30]',
      '["2001-01-01T00:00:00Z","2001-01-01T00:00:00Z","2001-12-14T21:59:43-05:00","2001-12-14 21:59:43.10 -5","2001-02-30"]',
    ],
    ['["1", \'true\', "~", \'2001-01-01\']', '["1","true","~","2001-01-01"]'],
    [
      '[!!str 1, !!int "1", !!float 1, !!bool "yes", !!null "", !!binary aGk=, !!timestamp 2001-01-01]',
      '["1","1",1,"yes","","aGk=","2001-01-01T00:00:00Z"]',
    ],
    ['x: &a [1]\nz: *a', '{"x":[1],"z":[1]}'],
    ['x: &a {b: 1, c: 1}\nz: {<<: *a, c: 2}', '{"x":{"b":1,"c":1},"z":{"b":1,"c":2}}'],
    // The order in the document counts, as in Packer: what is merged later wins.
    ['c: 2\n<<: {c: 1}', '{"c":1}'],
    ['- <<\n- {"<<": {a: 1}}', '["<<",{"a":1}]'],
    ['1.50: a\ntrue: b', '{"1.5":"a","true":"b"}'],
    ['a: 1\na: 2', '{"a":2}'],
    ['? a\n: b', '{"a":"b"}'],
    ['|\n  a\n  b\n', '"a\\nb\\n"'],
    ['|\n 12', '"12"'],
    ['a: |\n x\n y\nb: 1', '{"a":"x\\ny\\n","b":1}'],
    ['>-\n  a\n  b\n\n  c\n', '"a b\\nc"'],
    ['"a\\u00e9\\x41\\\n  b"', '"aéAb"'],
    ['%YAML 1.1\n---\na: yes', '{"a":true}'],
    ['\ufeffa: 1\r\nb: 2\r\n', '{"a":1,"b":2}'],
    ['---\n...\n', 'null'],
    ['--- a\n...', '"a"'],
  ])('%j', (yaml, json) => {
    const result = resultOf('yamldecode(yaml)', { variables: { yaml: stringValue(yaml) } });
    expect(valueToJson(result)).toBe(json);
  });

  test('infinities', () => {
    expect(resultOf('format("%v", yamldecode("[-.inf, .INF]")[0])')).toEqual(stringValue('-Inf'));
  });
});

describe('yamldecode refuses', () => {
  test.each([
    ['[1', 'This is no YAML: Flow sequence must end with a ] (line 1, column 3).'],
    [
      'a: b: c',
      'This is no YAML: Nested mappings are not allowed in compact mappings (line 1, column 4).',
    ],
    ['\ta: 1', 'This is no YAML: Tabs are not allowed as indentation (line 1, column 1).'],
    ['a: @b', 'This is no YAML'],
    ['a\n---\nb', 'There is more than one YAML document; only one can be read.'],
    ['x: *nope', 'There is no anchor "&nope" before "*nope".'],
    ['a: &x\n  b: *x', '"*x" stands within the very value that it refers to.'],
    ['.nan', 'There is a ".nan" in it, which is no number here.'],
    ['!foo x', 'The tag "!foo" can\'t be read here'],
    ['!!set {a, b}', 'The tag "tag:yaml.org,2002:set" can\'t be read here'],
    ['!!str [1]', 'The tag "tag:yaml.org,2002:str" can\'t be read here, or not of a sequence.'],
    ['!!int abc', '"abc" is no number, or too large for one.'],
    ['0b2', '"0b2" is no number, or too large for one.'],
    ['!!int 0x10000000000000000', 'is no number, or too large for one.'],
    ['!!bool "abc"', '"abc" can\'t be read as "!!bool".'],
    ['', 'There is nothing in it but space and comments.'],
    ['# nothing', 'There is nothing in it but space and comments.'],
    ['!!timestamp abc', '"abc" can\'t be read as "!!timestamp".'],
    ['!!binary "***"', 'This is not standard Base64'],
    ['~: a', 'The key of a mapping is null; it must be a text.'],
    ['[a]: b', 'The key of a mapping is a collection; it must be a text.'],
    ['<<: 2', 'What "<<" merges into a mapping must be a mapping.'],
    ['<<: [{a: 1}, {a: 2}]', 'What "<<" merges into a mapping must be a mapping.'],
    ['!!merge <<: {a: 1}', 'The tag "tag:yaml.org,2002:merge" can\'t be read here'],
  ])('%j: %s', (yaml, message) => {
    const variables = { yaml: stringValue(yaml) };
    expect(problemsOf('yamldecode(yaml)', { variables })).toContain(message);
  });
});
