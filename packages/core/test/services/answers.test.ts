import { Diagnostics, FunctionFailure, type ServiceQuestion } from '@bake/hcl';
import { Failure } from '@bake/plugin-sdk';
import { expect, test } from '@jest/globals';
import { Answers } from '../../src/services/answers.ts';

const never = new AbortController().signal;
const about = (key: string): ServiceQuestion => ({ service: 'consul', key });
const keyOf = (question: ServiceQuestion): string => String(question.key);

/** Answers that are the key and a mark; counts what was asked. */
function answering(): { readonly answers: Answers; readonly asked: string[] } {
  const asked: string[] = [];
  const answers = new Answers(async (question) => {
    asked.push(keyOf(question));
    return `${keyOf(question)}!`;
  }, never);
  return { answers, asked };
}

/** A problem, to be found among diagnostics. */
function problem(summary: string) {
  return { code: 'x', summary, detail: '' };
}

test('evaluates until nothing is missing, and asks each question once', async () => {
  const { answers, asked } = answering();
  const diagnostics = new Diagnostics();
  let rounds = 0;
  const value = await answers.settled(diagnostics, (found) => {
    rounds += 1;
    found.error(problem(`round ${rounds}`));
    const [a, b] = [answers.find(about('a')), answers.find(about('b'))];
    return a && b && answers.find(about(`${a}${b}`));
  });
  expect(value).toBe('a!b!!');
  expect(asked).toEqual(['a', 'b', 'a!b!']);
  expect(diagnostics.list.map(({ summary }) => summary)).toEqual(['round 3']);
  expect(answers.texts).toEqual(['a!', 'b!', 'a!b!!']);
});

test('evaluations side by side share answers and wait for their own only', async () => {
  const { answers, asked } = answering();
  const diagnostics = new Diagnostics();
  const ask = (...keys: readonly string[]): Promise<unknown> =>
    answers.settled(diagnostics, () => keys.map((key) => answers.find(about(key))));
  expect(await Promise.all([ask('a', 'b'), ask('b'), ask()])).toEqual([['a!', 'b!'], ['b!'], []]);
  expect(asked.toSorted()).toEqual(['a', 'b']);
});

test('nobody is asked without a way to ask', async () => {
  const answers = new Answers(undefined, never);
  const diagnostics = new Diagnostics();
  expect(await answers.settled(diagnostics, () => answers.find(about('a')))).toBeUndefined();
});

test('a question that changes each time has no answer', async () => {
  const { answers, asked } = answering();
  let count = 0;
  const settled = answers.settled(new Diagnostics(), () => {
    count += 1;
    return answers.find(about(`${count}`));
  });
  await expect(settled).rejects.toThrow(FunctionFailure);
  expect(asked.length).toBeLessThan(200);
});

test('a failure is the answer, until it is forgotten', async () => {
  let tries = 0;
  const answers = new Answers(async () => {
    tries += 1;
    if (tries === 1) throw new Failure({ summary: 'No', detail: 'Try later.' });
    return 'yes';
  }, never);
  const ask = (): Promise<string | undefined> =>
    answers.settled(new Diagnostics(), () => answers.find(about('a')));
  await expect(ask()).rejects.toThrow('No. Try later.');
  await expect(ask()).rejects.toThrow('No. Try later.');
  answers.forgetFailures();
  expect(await ask()).toBe('yes');
});

test('an interrupt is the answer to what is asked then', async () => {
  const controller = new AbortController();
  const answers = new Answers(
    (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
    never,
  );
  const asking = answers.settled(
    new Diagnostics(),
    () => answers.find(about('a')),
    controller.signal,
  );
  controller.abort();
  await expect(asking).rejects.toThrow('It was interrupted');
});

test('a bug of whoever asks is no answer', async () => {
  const answers = new Answers(() => Promise.reject(new TypeError('bug')), never);
  const asking = answers.settled(new Diagnostics(), () => answers.find(about('a')));
  await expect(asking).rejects.toThrow(TypeError);
});
