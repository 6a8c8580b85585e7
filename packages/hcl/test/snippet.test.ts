import { describe, expect, test } from '@jest/globals';
import type { Diagnostic } from '../src/diagnostic.ts';
import { rangeOf } from '../src/range.ts';
import { renderDiagnostic } from '../src/snippet.ts';
import type { Source } from '../src/source.ts';

/** A diagnostic about the part of `text` between `<` and `>`; the marks themselves are taken out. */
function about(
  marked: string,
  more: Partial<Diagnostic> = {},
  from: Partial<Source> = {},
): Diagnostic {
  const text = marked.replace(/[<>]/g, '');
  const start = marked.indexOf('<');
  const end = marked.indexOf('>') - 1;
  const source = { name: 'web.pkr.hcl', text, ...from };
  const subject = rangeOf(source, start, end);
  return { severity: 'error', code: 'test', summary: 'A mistake', detail: '', subject, ...more };
}

function shown(diagnostic: Diagnostic): string {
  return `\n${renderDiagnostic(diagnostic)
    .map(({ text }) => text)
    .join('\n')}`;
}

describe('renderDiagnostic', () => {
  test('shows what, where, the source, values and advice', () => {
    const diagnostic = about('a = 1\nport = <var.port> + 1\n', {
      severity: 'warning',
      values: ['var.port is 8080'],
      detail: 'Write something else. '.repeat(6).trim(),
    });
    expect(shown(diagnostic)).toMatchInlineSnapshot(`
"
Warning: A mistake

  on web.pkr.hcl line 2, column 8:
   2 | port = var.port + 1
     |        ^^^^^^^^

  var.port is 8080

Write something else. Write something else. Write something else. Write
something else. Write something else. Write something else.
"
`);
  });

  test('says what each line is', () => {
    const roles = renderDiagnostic(about('<a>', { values: ['v'], detail: 'd' })).map(
      ({ role }) => role,
    );
    expect(roles).toEqual([
      ...['headline', 'blank', 'place', 'source', 'underline', 'blank'],
      ...['value', 'blank', 'detail', 'blank'],
    ]);
  });

  test('does without a place', () => {
    const { subject: _, ...diagnostic } = about('<>', { detail: 'Do this.' });
    expect(shown(diagnostic)).toBe('\nError: A mistake\n\nDo this.\n');
  });

  test.each([
    ['wide characters', '名前 = "日本" <+> x'],
    ['emoji and joined ones', 'a = "👩‍👩‍👧 é" <b>'],
    ['tabs', '\ta\t= <b\tc>'],
    ['an empty place', 'a = <>'],
    ['a place after the end of the line', 'a = 1<\n>b = 2'],
    ['CRLF', 'a = <b c>\r\nd = 1\r\n'],
    ['control characters', 'a = \u001b[31m<b>\u202e c'],
  ])('underlines exactly: %s', (_, text) => {
    expect(shown(about(text)).split('\n').slice(3, -1).join('\n')).toMatchSnapshot();
  });

  test('marks all lines of a place', () => {
    expect(shown(about('a = <[\n  1,\n\n    2\n]> + 3\n'))).toMatchInlineSnapshot(`
"
Error: A mistake

  on web.pkr.hcl line 1, column 5:
   1 | a = [
     |     ^
   2 |   1,
     |   ^^
   3 |
   4 |     2
     |     ^
   5 | ] + 3
     | ^
"
`);
  });

  test('shows a long place by its first lines', () => {
    const text = `a = <[\n${'  1,\n'.repeat(50)}]>`;
    expect(renderDiagnostic(about(text)).filter(({ role }) => role === 'source')).toHaveLength(6);
  });

  test('shows where the context begins', () => {
    const diagnostic = about('source "a" "b" {\n  c = 1\n  d = <2>\n}\n');
    const context = rangeOf(
      (diagnostic.subject as NonNullable<Diagnostic['subject']>).source,
      0,
      30,
    );
    expect(shown({ ...diagnostic, context })).toMatchInlineSnapshot(`
"
Error: A mistake

  on web.pkr.hcl line 3, column 7:
   1 | source "a" "b" {
     | …
   3 |   d = 2
     |       ^
"
`);
  });

  test('shows a part of a very long line', () => {
    const text = `a = [${'1, '.repeat(200)}<bad>, ${'1, '.repeat(200)}]`;
    const [source = '', underline = ''] = renderDiagnostic(about(text))
      .filter(({ role }) => role === 'source' || role === 'underline')
      .map((line) => line.text);
    expect(source.length).toBeLessThan(180);
    expect(source.slice(underline.indexOf('^'), underline.lastIndexOf('^') + 1)).toBe('bad');
  });

  test('counts lines as the file does that a piece was cut from', () => {
    const diagnostic = about('a = 1\nb = <c>', {}, { origin: { line: 40, column: 3 } });
    expect(shown(diagnostic)).toContain('on web.pkr.hcl line 41, column 5:\n  41 | b = c');
  });

  test('keeps indented lines of the detail as they are', () => {
    const detail = `First line.\n  ${'x '.repeat(60)}\nLast line.`;
    expect(shown(about('<a>', { detail }))).toContain(
      `\nFirst line.\n  ${'x '.repeat(60)}\nLast line.\n`,
    );
  });
});
