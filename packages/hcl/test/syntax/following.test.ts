import { expect, test } from '@jest/globals';
import { parseConfig } from '../../src/syntax/parse.ts';

/** One slip, and the one thing to be said of it. */
test.each([
  ['a {\n  b = "${x"\n}\n', '2:unclosed-sequence'],
  ['a {\n  b = "${x\n}\n', '2:unclosed-string'],
  ['a {\n  b = <<EOT\nx\n}\n', '2:unclosed-heredoc'],
  ['a {\n  b = 1 /* x\n}\n', '2:unclosed-comment'],
  ['step shell" {\n  a = 1\n}\n', '1:invalid-block'],
  ['step "shell {\n  a = 1\n}\n', '1:unclosed-string'],
  ['a = [web"]\n', '1:unclosed-string'],
  ['a = f(web")\n', '1:unclosed-string'],
  ['a = web"\n', '1:unclosed-string'],
  ['a = ${x} ${y}\n', '1:bare-interpolation'],
  ['a {\n  b = 1\n  c d" {\n    b = 2\n  }\n}\n', '3:invalid-block'],
  ['a { = 1 } }\n', '1:item-expected'],
  ['a = b = 1 }\n', '1:missing-newline'],
  ['a =\n  1,\n  2,\n]\nb = 1\n', '1:invalid-expression'],
  ['a = f\n  1,\n  2,\n)\n', '2:item-expected'],
  ['a = "{ if x }y%{ else }z%{ endif }"\n', '1:unbalanced-directive'],
  ['a = { or k, v in b : k => v }\n', '1:missing-key-separator'],
  ['<html>\n<body>\n</body>\n</html>\n', '1:item-expected'],
])('%j has one mistake', (text, told) => {
  expect(codes(text)).toEqual([told]);
});

/** Slips that have nothing to do with one another. */
test.each([
  ['a = [1 2, 3 4]\n', ['1:missing-item-separator', '1:missing-item-separator']],
  ['d\ne : 1\n7 = 1\n', ['1:item-expected', '2:item-expected', '3:item-expected']],
  ['a {\n  b = @\n', ['1:unclosed-block', '2:invalid-character']],
  ['a = "x\nb = )\n', ['1:unclosed-string', '2:invalid-expression']],
  ["a = 'x' + 'y'\n", ['1:single-quotes', '1:single-quotes']],
])('%j has several', (text, told) => {
  expect(codes(text)).toEqual(told);
});

function codes(text: string): readonly string[] {
  return parseConfig({ name: 'a.hcl', text }).diagnostics.map(({ code, subject }) => {
    const line = text.slice(0, subject?.start).split('\n').length;
    return `${line}:${code}`;
  });
}
