import { describe, expect, test } from '@jest/globals';
import type { Expression } from '../../src/syntax/ast.ts';
import { parseConfig, parseExpression, parseTemplate } from '../../src/syntax/parse.ts';
import { printBody, printExpression } from '../print-tree.ts';

function expression(text: string): Expression {
  const { value, diagnostics } = parseExpression({ name: 'x', text });
  expect(diagnostics).toEqual([]);
  return value;
}

describe('parseExpression', () => {
  test.each([
    ['1 + 2 * 3', '(+ 1 (* 2 3))'],
    ['1 * 2 + 3', '(+ (* 1 2) 3)'],
    ['1 - 2 - 3', '(- (- 1 2) 3)'],
    ['8 / 4 % 3', '(% (/ 8 4) 3)'],
    ['a || b && c', '(|| a (&& b c))'],
    ['a && b == c', '(&& a (== b c))'],
    ['a == b < c', '(== a (< b c))'],
    ['a < b + c', '(< a (+ b c))'],
    ['a > b >= c', '(>= (> a b) c)'],
    ['a != b == c', '(== (!= a b) c)'],
    ['(1 + 2) * 3', '(* (paren (+ 1 2)) 3)'],
    ['-a + b', '(+ (- a) b)'],
    ['-a.b[0]', '(- ([] (. a b) 0))'],
    ['!a == b', '(== (! a) b)'],
    ['- - a', '(- (- a))'],
    ['a - -b', '(- a (- b))'],
    ['a-b', 'a-b'],
    ['a ? b : c', '(? a b c)'],
    ['a ? b : c ? d : e', '(? a b (? c d e))'],
    ['a ? b ? c : d : e', '(? a (? b c d) e)'],
    ['a || b ? c + 1 : d', '(? (|| a b) (+ c 1) d)'],
  ])('groups %s', (text, tree) => {
    expect(printExpression(expression(text))).toBe(tree);
  });

  test.each([
    ['true', 'true'],
    ['null', 'null'],
    ['1.50e3', '1.50e3'],
    ['a.b.c', '(. (. a b) c)'],
    ['a["k"].c', '(. ([] a "k") c)'],
    ['a[b][0]', '([] ([] a b) 0)'],
    ['a.0.b', '(. (.[] a 0) b)'],
    ['a.*.b.0[1]', '([] (.* a (.[] (. @ b) 0)) 1)'],
    ['a[*].b[0].*.c', '([*] a (.* ([] (. @ b) 0) (. @ c)))'],
    ['a.**2', '(* (.* a @) 2)'],
    ['f()', '(call f)'],
    ['f(1, a...)', '(call f 1 a ...)'],
    ['f(1, 2,)', '(call f 1 2)'],
    ['a::b::c(1)', '(call a::b::c 1)'],
    ['f(x).y[0]', '([] (. (call f x) y) 0)'],
    ['[]', '(tuple)'],
    ['[1, [2],]', '(tuple 1 (tuple 2))'],
    ['{}', '(object)'],
    ['{ a = 1, "b" : 2, (c) = 3 }', '(object (a 1) ("b" 2) ((paren c) 3))'],
    ['{ true = 1, null = 2 }', '(object (true 1) (null 2))'],
    ['{\n a = 1\n\n b = 2,\n}', '(object (a 1) (b 2))'],
    ['[for x in y : x]', '(for x y x)'],
    ['[for k, v in y : k if v]', '(for k,v y k if v)'],
    ['{for k, v in y : k => v... if k}', '(for k,v y k => v ... if k)'],
    ['1\n+\n2', '(+ 1 2)'],
  ])('reads %j', (text, tree) => {
    expect(printExpression(expression(text))).toBe(tree);
  });

  test.each([
    ['""', '""'],
    ['"a\\n\\t\\"\\\\b"', '"a\\n\\t\\"\\\\b"'],
    ['"\\u00e9 \\U0001F600"', '"é 😀"'],
    ['"$${a} %%{b} $ % $$"', '"${a} %{b} $ % $$"'],
    ['"$$${a}"', '"$${a}"'],
    ['"${a}"', '(template (${} a))'],
    ['"x${a}y"', '(template "x" (${} a) "y")'],
    ['"x ${~ a ~} y"', '(template "x" (${} a) "y")'],
    ['" ${~ a}"', '(template "" (${} a))'],
    ['"a\\n ${~ b}"', '(template "a" (${} b))'],
    ['"${"${a}"}"', '(template (${} (template (${} a))))'],
    ['"%{ if a }b%{ else }c%{ endif }"', '(template (%if a "b" else "c"))'],
    ['"%{ if a }%{ endif }"', '(template (%if a))'],
    ['"%{ for k, v in m ~} ${k} %{~ endfor }"', '(template (%for k,v m "" (${} k) ""))'],
    ['"%{ if a }%{ if b }c%{ endif }d%{ endif }e"', '(template (%if a (%if b "c") "d") "e")'],
  ])('reads the template %s', (text, tree) => {
    expect(printExpression(expression(text))).toBe(tree);
  });

  test.each([
    ['<<E\na\n b\nE\n', '(heredoc "a\\n b\\n")'],
    ['<<E\nE\n', '(heredoc)'],
    ['<<E\n\\n "q" $${x}\nE\n', '(heredoc "\\\\n \\"q\\" ${x}\\n")'],
    ['<<-E\n    a\n      b\n   E\n', '(heredoc "a\\n  b\\n")'],
    ['<<-E\n\ta\n\t\tb\nE\n', '(heredoc "a\\n\\tb\\n")'],
    // Blank lines neither count nor change.
    ['<<-E\n    a\n\n  \n    b\nE\n', '(heredoc "a\\n\\n  \\nb\\n")'],
    ['<<-E\n    ${a} b\n  c\nE\n', '(heredoc "  " (${} a) " b\\nc\\n")'],
    // What an interpolation gives has no indentation: its line counts as far as its own text goes.
    ['<<-E\n${a}\n    c\nE\n', '(heredoc (${} a) "\\n    c\\n")'],
    // Stripping comes first: here it leaves nothing before the interpolation, and nothing to take.
    ['<<-E\n    ${~ a}\n    c\nE\n', '(heredoc "" (${} a) "\\n    c\\n")'],
    // The line break after the directive is stripped, so the next line does not count as one.
    ['<<-E\n  %{ if a ~}\n    b\n  %{ endif ~}\nE\n', '(heredoc "" (%if a "    b\\n") "")'],
    ['<<E\r\na\r\nE\r\n', '(heredoc "a\\r\\n")'],
    ['<<E\n${<<F\nx\nF\n}\nE\n', '(heredoc (${} (heredoc "x\\n")) "\\n")'],
  ])('reads the heredoc %j', (text, tree) => {
    expect(printExpression(expression(text))).toBe(tree);
  });

  test('refuses what follows the expression', () => {
    const { diagnostics } = parseExpression({ name: 'x', text: '1 2' });
    expect(diagnostics.map(({ code }) => code)).toEqual(['extra-after-expression']);
  });
});

describe('parseTemplate', () => {
  test.each([
    ['', '(bare)'],
    ['text\n', '(bare "text\\n")'],
    ['${a}', '(bare (${} a))'],
    ['\ufeffa "b" \\n # ${c}\n', '(bare "a \\"b\\" \\\\n # " (${} c) "\\n")'],
    ['%{ for x in y ~}\n- ${x}\n%{ endfor ~}\n', '(bare (%for x y "- " (${} x) "\\n") "")'],
    ['100% $5 $${a} %%{b}', '(bare "100% $5 ${a} %{b}")'],
    ['a\r\n${b}', '(bare "a\\r\\n" (${} b))'],
  ])('reads %j', (text, tree) => {
    const { value, diagnostics } = parseTemplate({ name: 'x', text });
    expect(diagnostics).toEqual([]);
    expect(printExpression(value)).toBe(tree);
  });
});

describe('parseConfig', () => {
  test('keeps blocks and arguments in the order of the text', () => {
    const text = 'a = 1\nb "c" d {\n  e = 2\n  f {}\n  g = 3\n}\nb { h = 4 }\ni = 5';
    const { value, diagnostics } = parseConfig({ name: 'x', text });
    expect(diagnostics).toEqual([]);
    expect(`\n${printBody(value.body)}`).toBe(`
(= a 1)
(block b "c" d
  (= e 2)
  (block f)
  (= g 3))
(block b
  (= h 4))
(= i 5)`);
  });

  test('gives what it could make out of a broken file', () => {
    const text = 'a = 1\nb = [1, 2 3, 4]\nc = x.\nd "e" {\n  f = (1\n  g = "h${"\n}\ni = 2';
    const { value } = parseConfig({ name: 'x', text });
    expect(`\n${printBody(value.body)}`).toBe(`
(= a 1)
(= b (tuple 1 2 4))
(= c (. x ))
(block d "e"
  (= f (paren 1))
  (= g (template "h" (\${} <invalid>))))
(= i 2)`);
  });

  test.each([
    ['parentheses', `a = ${'('.repeat(100_000)}`],
    ['lists', `a = ${'['.repeat(100_000)}`],
    ['signs', `a = ${'-'.repeat(100_000)}1`],
    ['conditionals', `a = ${'b ? c : '.repeat(100_000)}d`],
    ['interpolations', `a = ${'"${'.repeat(100_000)}`],
    ['blocks', 'a {\n'.repeat(100_000)],
    ['directives', `a = "${'%{ if x }'.repeat(100_000)}"`],
    ['heredocs', `a = ${'<<A\n${'.repeat(100_000)}`],
  ])('survives %s in one another', (_, text) => {
    const { diagnostics } = parseConfig({ name: 'x', text });
    expect(diagnostics.length).toBeGreaterThan(0);
  });

  test('reads long chains', () => {
    const text = `a = ${'1 + '.repeat(1000)}1\nb = x${'.y'.repeat(1000)}\n`;
    expect(parseConfig({ name: 'x', text }).diagnostics).toHaveLength(0);
  });

  test('stops complaining about what is no HCL at all', () => {
    const { diagnostics } = parseConfig({ name: 'x', text: 'a = @\n'.repeat(1000) });
    expect(diagnostics).toHaveLength(100);
  });
});
