import { afterAll, describe, expect, test } from '@jest/globals';
import { continuations, starts } from '../../src/syntax/identifier-table.ts';
import { seeded } from '../eval/expression-generator.ts';
import { answering } from './answer.ts';
import { callQuestion } from './calls.ts';
import { difference } from './comparison.ts';
import { languageQuestion } from './expressions.ts';
import { openOracle, type Question } from './oracle.ts';

/**
 * HashiCorp's own libraries, at the versions that Packer 1.16 is built with, as the judge of what
 * expressions, templates, types and functions give. Seeded, so that a run can be repeated; with
 * BAKE_ORACLE_CASES=50000 BAKE_ORACLE_SEED=7 as many other cases are tried.
 */
const oracle = openOracle();
if (typeof oracle === 'string') {
  process.stderr.write(`skipped the comparison with HashiCorp's libraries: ${oracle}\n`);
}
const comparing = typeof oracle === 'string' ? test.skip : test;
const count = Number(process.env['BAKE_ORACLE_CASES'] ?? 3000);
const seed = Number(process.env['BAKE_ORACLE_SEED'] ?? 1);

afterAll(() => {
  if (typeof oracle !== 'string') oracle.close();
});

describe("HashiCorp's libraries", () => {
  comparing('agree on expressions, templates, JSON and types', () => {
    const random = seeded(seed);
    compare(Array.from({ length: count }, () => languageQuestion(random)));
  });

  comparing('agree on what functions give', () => {
    const random = seeded(seed);
    compare(Array.from({ length: count }, () => callQuestion(random)));
  });

  comparing('agree on the characters of names', () => {
    const around = [starts, continuations]
      .flatMap(edges)
      .flatMap((code) => [code - 1, code, code + 1]);
    const letters = [...new Set(around)].map((code) => String.fromCodePoint(code));
    compare(
      letters.flatMap((letter) => [
        { kind: 'expression', text: letter },
        { kind: 'expression', text: `a${letter}` },
      ]),
    );
  });

  comparing("take bake's hashes for hashes of the passwords", () => {
    const passwords = ['', 'secret', 'é😀', 'x'.repeat(72)];
    const answer = answering(folder());
    const questions = passwords.map((password): Question => {
      const { value } = answer({ kind: 'expression', text: `bcrypt("${password}", 4)` });
      return { kind: 'expression', text: `bcryptmatches("${value}", "${password}")` };
    });
    const wrong: Question = { kind: 'expression', text: 'bcryptmatches("$2a$04$", "secret")' };
    expect(asked([...questions, wrong])).toEqual([true, true, true, true, false]);
  });

  comparing('encrypt what rsadecrypt reads', () => {
    const texts = ['', 'secret', 'é😀', 'x'.repeat(245)];
    const made = asked(
      texts.map((text) => ({ kind: 'expression', text: `rsaencrypted("${text}")` })),
    ) as readonly { readonly items: readonly string[] }[];
    const answer = answering(folder());
    const read = made.map(({ items }) => {
      const args = items.map((item) => JSON.stringify(item)).join(', ');
      return answer({ kind: 'expression', text: `rsadecrypt(${args})` }).value;
    });
    expect(read).toEqual(texts);
  });
});

/** What the libraries answer to questions without mistakes. */
function asked(questions: readonly Question[]): readonly unknown[] {
  return typeof oracle === 'string' ? [] : oracle.ask(questions).map(({ value }) => value);
}

function folder(): string {
  return typeof oracle === 'string' ? '' : oracle.folder;
}

function compare(questions: readonly Question[]): void {
  if (typeof oracle === 'string') return;
  const answers = oracle.ask(questions);
  const answer = answering(oracle.folder);
  expect(answers).toHaveLength(questions.length);
  const found = questions.flatMap((question, index) => {
    const theirs = answers[index];
    const text = theirs && difference(question, theirs, answer(question));
    return text === undefined ? [] : [text];
  });
  expect(found.sort((a, b) => a.length - b.length).slice(0, 20)).toEqual([]);
}

/** First and last characters of a table's ranges. */
function edges(table: readonly string[]): readonly number[] {
  let last = 0;
  return table
    .join(' ')
    .split(' ')
    .flatMap((range) => {
      const [gap, length = 0] = range.split('+').map((digits) => Number.parseInt(digits, 36));
      const first = last + (gap as number);
      last = first + length;
      return [first, last];
    });
}
