import { expect, test } from '@jest/globals';
import { EventStream } from '../src/events/event-stream.ts';
import { Redactor } from '../src/events/redact.ts';
import type { BakeEvent } from '../src/index.ts';
import { Asker } from '../src/run/asker.ts';

const never = new AbortController().signal;

test.each(['swordfish', 'x'])('the secret answer %s is in no event', async (secret) => {
  const events: BakeEvent[] = [];
  const asked: unknown[] = [];
  const asker = new Asker(
    new EventStream((event) => events.push(event), new Redactor()),
    async (_signal, options) => {
      asked.push(options);
      return secret;
    },
  );
  expect(await asker.ask('b', 'Password: ', never, { isSecret: true })).toBe(secret);
  expect(asked).toEqual([{ isSecret: true }]);
  expect(events).toMatchObject([
    { type: 'ask', text: 'Password: ' },
    { type: 'answer', text: '<sensitive>' },
  ]);
});
