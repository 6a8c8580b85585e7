import { expect, test } from '@jest/globals';
import { parseJsonConfig, showRange, textOf } from '../../src/index.ts';

/** `line:column summary «text»` of each diagnostic. */
function complaints(text: string): readonly string[] {
  return parseJsonConfig({ name: 'x.pkr.json', text }).diagnostics.map(({ summary, subject }) => {
    if (subject === undefined) return summary;
    const { line, column } = showRange(subject).start;
    return `${line}:${column} ${summary} «${textOf(subject)}»`;
  });
}

test.each([
  { text: '{}' },
  { text: '[]' },
  { text: '\uFEFF{ "a": [1, -2.5e+3, true, false, null, "", {}] }\r\n' },
  { text: '[{ "a": 1 }, [{ "b": 2 }]]' },
  { text: '{ "a": "\\" \\\\ \\/ \\b\\f\\n\\r\\t \\u00e9\\ud83d\\ude00 \u007f" }' },
  { text: '{ "a": "${bad", "b": { "c": "${" } }' },
])('parseJsonConfig takes $text', ({ text }) => {
  expect(complaints(text)).toEqual([]);
});

test.each([
  { text: '', want: ['1:1 Missing JSON value «»'] },
  { text: '"a"', want: ['1:1 Root value must be object «"a"»'] },
  { text: '["a", {}]', want: ['1:2 Incorrect JSON value type «"a"»'] },
  { text: '{"a":1,}', want: ['1:7 Trailing comma in object «,»'] },
  { text: '{"a":[1,]}', want: ['1:8 Trailing comma in array «,»'] },
  { text: '{"a":{"b":1}', want: ['1:1 Unclosed object «{»'] },
  { text: '{"a":[1}', want: ['1:8 Unclosed array «}»'] },
  { text: '{"a" 1}', want: ['1:5 Missing property value colon «»'] },
  { text: '{"a" = 1, "b" = 2}', want: ['=', '='].map(colonAt(['1:6', '1:15'])) },
  { text: '{"a":}', want: ['1:6 Missing JSON value «»'] },
  { text: '{a: 1}', want: ['1:2 Invalid object property name «a»'] },
  { text: "{'a': 'b'}", want: ["1:2 Invalid JSON string «'a'»", "1:7 Invalid JSON string «'b'»"] },
  { text: '{"a": True, "b": None}', want: keywords(['1:7', 'True'], ['1:18', 'None']) },
  { text: '{"a": 0x10, "b": 007, "c": +1}', want: numbers('1:7 0x10', '1:18 007', '1:28 +1') },
  { text: '{"a": "x\\$y"}', want: ['1:9 Invalid escape sequence «\\$»'] },
  { text: '{"a": "x\ty"}', want: ['1:9 Invalid character in string «\t»'] },
  { text: '{"a": "x\ny"}', want: ['1:7 Unclosed string «"x»'] },
  { text: '{"a": 1 # one\n}', want: ['1:9 Comments are not allowed in JSON «# one»'] },
  { text: '{ /* two\n */ "a": 1 // three\n}', want: comments('1:3 /* two\n */', '2:12 // three') },
  {
    text: '{\n  "a": 1\n  "b": 2\n  "c": [1\n  "x"]\n}',
    want: ['2:9', '3:9', '4:10'].map((place) => `${place} Missing attribute separator comma «»`),
  },
  {
    text: '{"a": "${env("HOME")}", "b": 1,}',
    want: ['1:15 Missing attribute separator comma «»'],
  },
  { text: '{"a": 1}}', want: ['1:9 Extraneous data after value «}»'] },
  { text: '{"a": @}', want: ['1:7 Invalid JSON value «@»'] },
  { text: '['.repeat(2000), want: ['1:501 JSON is nested too deeply «[»'] },
])('parseJsonConfig rejects $text', ({ text, want }) => {
  expect(complaints(text)).toEqual(want);
});

test('a quote that was not escaped is told from a comma forgotten', () => {
  const detail = (text: string): string =>
    parseJsonConfig({ name: 'x.pkr.json', text }).diagnostics[0]?.detail ?? '';
  expect(detail('{"a": "${env("HOME")}"}')).toContain('A quote inside a string');
  expect(detail('{"a": "x" "b": 1}')).not.toContain('A quote inside a string');
});

function colonAt(places: readonly string[]): (text: string, index: number) => string {
  return (text, index) => `${places[index]} Missing property value colon «${text}»`;
}

function keywords(...found: readonly (readonly [string, string])[]): readonly string[] {
  return found.map(([place, text]) => `${place} Invalid JSON keyword «${text}»`);
}

function numbers(...found: readonly string[]): readonly string[] {
  return found.map((one) => one.replace(/ (.*)/, ' Invalid JSON number «$1»'));
}

function comments(...found: readonly string[]): readonly string[] {
  return found.map((one) => one.replace(/ ([\s\S]*)/, ' Comments are not allowed in JSON «$1»'));
}
