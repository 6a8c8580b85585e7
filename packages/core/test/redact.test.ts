import { expect, test } from '@jest/globals';
import type { BakeEvent } from '../src/events/event.ts';
import { EventStream } from '../src/events/event-stream.ts';
import { Redactor } from '../src/events/redact.ts';

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
])('hides $secrets in "$text"', ({ secrets, text, want }) => {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  expect(redactor.hide(text)).toBe(want);
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
