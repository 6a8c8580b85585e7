import { expect, test } from '@jest/globals';
import { Redactor } from '../src/events/redact.ts';

test.each([
  { secrets: ['hunter22'], text: 'pw=hunter22!', want: 'pw=<sensitive>!' },
  { secrets: ['hunter22', 'hunter22-long'], text: 'x hunter22-long', want: 'x <sensitive>' },
  { secrets: ['a.c*'], text: 'abcc a.c*', want: 'abcc <sensitive>' },
  { secrets: ['ab'], text: 'ab cab (ab)', want: '<sensitive> cab (<sensitive>)' },
  { secrets: ['line one\nline two'], text: 'said line two', want: 'said <sensitive>' },
  { secrets: ['', '  ', '\n'], text: 'a  b', want: 'a  b' },
  { secrets: ['пароль1'], text: 'мой пароль1', want: 'мой <sensitive>' },
])('hides $secrets in "$text"', ({ secrets, text, want }) => {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  expect(redactor.hide(text)).toBe(want);
});

test('hides secrets everywhere in an event and leaves the rest alone', () => {
  const redactor = new Redactor();
  redactor.add('hunter22');
  const event = { type: 'x', list: ['a hunter22'], deep: { text: 'hunter22', n: 1, none: null } };
  expect(redactor.hideIn(event)).toEqual({
    type: 'x',
    list: ['a <sensitive>'],
    deep: { text: '<sensitive>', n: 1, none: null },
  });
});
