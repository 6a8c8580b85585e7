import { expect, test } from '@jest/globals';
import type { BakeEvent } from '../src/events/event.ts';
import { EventStream } from '../src/events/event-stream.ts';
import { Redactor } from '../src/events/redact.ts';
import { buildUi } from '../src/run/build-ui.ts';

test.each([
  { secrets: ['hunter22'], text: 'pw=hunter22!', want: 'pw=<sensitive>!' },
  { secrets: ['hunter22', 'hunter22-long'], text: 'x hunter22-long', want: 'x <sensitive>' },
  { secrets: ['a.c*'], text: 'abcc a.c*', want: 'abcc <sensitive>' },
  { secrets: ['ab'], text: 'ab cab (ab)', want: '<sensitive> cab (<sensitive>)' },
  { secrets: ['line one\nline two'], text: 'said line two', want: 'said <sensitive>' },
  { secrets: ['hunter22  '], text: 'said hunter22', want: 'said <sensitive>' },
  { secrets: ['a\rsecretb'], text: 'secretb', want: '<sensitive>' },
  { secrets: ['', '  ', '\n'], text: 'a  b', want: 'a  b' },
  { secrets: ['пароль1'], text: 'мой пароль1', want: 'мой <sensitive>' },
  { secrets: ['{\n  "key": "value"\n}'], text: '{ x } "key": "value"', want: '{ x } <sensitive>' },
  { secrets: ['pass"wörd\\'], text: '{"p":"pass\\"wörd\\\\"}', want: '{"p":"<sensitive>"}' },
  { secrets: ['a<b>&c-d'], text: '"a\\u003cb\\u003e\\u0026c-d"', want: '"<sensitive>"' },
  { secrets: ['s3cret /+&'], text: '?p=s3cret%20%2F%2B%26&q', want: '?p=<sensitive>&q' },
  { secrets: ['s3cret /+&'], text: '?p=s3cret+%2F%2B%26&q', want: '?p=<sensitive>&q' },
  { secrets: ["it's it"], text: "p='it'\\''s it'", want: "p='<sensitive>'" },
  { secrets: [`it's "\\i`], text: `p='it\\'s "\\i'`, want: "p='<sensitive>'" },
  { secrets: [`it's "\\i`], text: `p='it\\'s "\\\\i'`, want: "p='<sensitive>'" },
  { secrets: ["it's it"], text: `p='it'"'"'s it'`, want: "p='<sensitive>'" },
  { secrets: ['s3/cret&+'], text: 'http://h/s3/cret%26%2B?q', want: 'http://h/<sensitive>?q' },
  { secrets: ["it's it"], text: "p='it''s it'", want: "p='<sensitive>'" },
  { secrets: ['pa$$"word'], text: '$env:p="pa`$`$`"word"', want: '$env:p="<sensitive>"' },
  { secrets: ['pa$$"word'], text: 'p="pa\\$\\$\\"word"', want: 'p="<sensitive>"' },
  { secrets: ['hunter22'], text: `x ${btoa('hunter22')}`, want: 'x <sensitive>' },
  { secrets: ['hi'], text: btoa('xhix'), want: btoa('xhix') },
  { secrets: ['\ud800abcd'], text: 'x \ud800abcd', want: 'x <sensitive>' },
])('hides $secrets in "$text"', ({ secrets, text, want }) => {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  expect(redactor.hide(text)).toBe(want);
});

test.each([
  ['UTF-8', 'utf8'],
  ['UTF-16, as PowerShell has it', 'utf16le'],
] as const)('hides a secret in the base64 of a text in %s, wherever it stands', (_, encoding) => {
  const redactor = new Redactor();
  redactor.add('hunter22-long?>');
  for (const before of ['', 'a', 'ab', 'abc', 'user:']) {
    for (const after of ['', 'x', 'xy', 'xyz']) {
      for (const form of ['base64', 'base64url'] as const) {
        const text = Buffer.from(`${before}hunter22-long?>${after}`, encoding).toString(form);
        const hidden = redactor.hide(text);
        expect(hidden).toContain('<sensitive>');
        // At the borders characters remain that also hold bits of what is beside the secret.
        const rest = hidden.replace('<sensitive>', '').length;
        const around = Math.ceil((Buffer.from(before + after, encoding).length * 8) / 6) + 4;
        expect(rest).toBeLessThanOrEqual(around);
      }
    }
  }
});

test('hides secrets in the texts of an event and leaves its other words alone', () => {
  const redactor = new Redactor();
  for (const secret of ['hunter22', 'message', 'null.a']) redactor.add(secret);
  const seen: BakeEvent[] = [];
  const events = new EventStream((event) => seen.push(event), redactor);
  events.emit({ type: 'message', level: 'info', build: 'null.a', text: 'a message: hunter22' });
  const artifact = { builderId: 'x', id: 'hunter22', files: ['/tmp/hunter22'], description: 'y' };
  events.emit({ type: 'artifact', build: 'null.a', index: 0, artifact });
  expect(seen).toMatchObject([
    { type: 'message', build: 'null.a', text: 'a <sensitive>: <sensitive>' },
    { artifact: { id: '<sensitive>', files: ['/tmp/<sensitive>'] } },
  ]);
});

test('hides a secret whose output comes in pieces, by the line', () => {
  const redactor = new Redactor();
  redactor.add('hunter22');
  redactor.add('first line\nsecond line\n');
  const lines: unknown[] = [];
  const events = new EventStream((event) => lines.push('line' in event && event.line), redactor);
  const ui = buildUi(events, 'null.a');
  const bytes = new TextEncoder().encode('pw hunter22 of first line\nsecond line\n');
  for (const byte of bytes) ui.output('stdout', Uint8Array.of(byte));
  ui.output('stderr', 'rest hunt');
  ui.output('stderr', 'er22');
  ui.flush();
  expect(lines).toEqual(['pw <sensitive> of <sensitive>', '<sensitive>', 'rest <sensitive>']);
});

test('hides a secret wherever a line that does not end is cut', () => {
  const redactor = new Redactor();
  redactor.add('hunter22');
  let shown = '';
  const events = new EventStream((event) => {
    if (event.type === 'output') shown += event.line;
  }, redactor);
  const ui = buildUi(events, 'null.a');
  for (let count = 0; count < 20; count += 1) {
    ui.output('stdout', `${'.'.repeat((1 << 14) + count)}hunt`);
    expect(`${shown}`).not.toMatch(/hunt$/);
    ui.output('stdout', 'er22');
  }
  expect(shown.length).toBeGreaterThan(1 << 17);
  ui.flush();
  expect(shown.replaceAll('.', '')).toBe('<sensitive>'.repeat(20));
});

test('cuts no character in two', () => {
  const redactor = new Redactor();
  redactor.add('xy');
  const text = `${'\u{1f600}'.repeat(8)}!${'\u{1f600}'.repeat(8)}`;
  for (let length = 1; length <= text.length; length += 1) {
    const grown = text.slice(0, length);
    const { done, rest } = redactor.split(grown);
    expect([done + rest, /[\ud800-\udbff]$/.test(done)]).toEqual([grown, false]);
  }
});
