import { afterAll, describe, expect, test } from '@jest/globals';
import { categoryNames } from '../../src/category-table.ts';
import { categoryRanges } from '../../src/character-category.ts';
import { type CharacterRanges, characterRanges } from '../../src/character-class.ts';
import { classRanges } from '../../src/grapheme-table.ts';
import { scriptRanges } from '../../src/script-table.ts';
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
    const letters = around([starts, continuations].flatMap(characterRanges));
    compare(
      letters.flatMap((letter) => [
        { kind: 'expression', text: letter },
        { kind: 'expression', text: `a${letter}` },
      ]),
    );
  });

  comparing('agree on the clusters of a text', () => {
    const characters = [
      ...Object.values(classRanges).flatMap((table) => characterRanges(table).flat()),
      ...[
        0x41, 0x61, 0x200d, 0x1f1e6, 0x1f1ff, 0x1100, 0x1160, 0x11a8, 0xac00, 0xac01, 0xd7b0,
        0xd7cb,
      ],
    ].filter((code) => code > 0x1f);
    const random = seeded(seed);
    const pick = (): string => {
      const code = characters[random(characters.length)] as number;
      const kind = random(4);
      return String.fromCodePoint([code, code + 1, 0x200d, 0x1f469][kind] as number);
    };
    const texts = Array.from({ length: count }, () =>
      Array.from({ length: 1 + random(7) }, pick).join(''),
    );
    compare(texts.map((text) => ({ kind: 'expression', text: `strrev(${JSON.stringify(text)})` })));
  });

  comparing('agree on the classes of characters in regular expressions', () => {
    const [known] = asked([{ kind: 'expression', text: 'regexall("\\pL", "\\u1c89")' }]);
    if (JSON.stringify(known)?.includes('\u1c89')) {
      process.stderr.write(
        'SKIPPED: classes of characters, this Go knows a later Unicode than 15\n',
      );
      return;
    }
    const classes = new Map([
      ...[...categoryNames, 'L', 'M', 'N', 'P', 'S', 'Z', 'C'].map(
        (name) => [name, categoryRanges(name)] as const,
      ),
      ...Object.entries(scriptRanges)
        .filter(([name]) => !/_|SignWriting/.test(name))
        .map(([name, table]) => [name, characterRanges(table)] as const),
    ]);
    compare(
      [...classes].flatMap(([name, ranges]): readonly Question[] => {
        const text = JSON.stringify(around(ranges).join('-'));
        return [`\\\\p{${name}}`, `[^x\\\\P{${name}}]`].map((pattern) => ({
          kind: 'expression',
          text: `regexall("${pattern}", ${text})`,
        }));
      }),
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

/** The characters at the ends of ranges, and those beside them. */
function around(ranges: CharacterRanges): readonly string[] {
  const codes = ranges.flat().flatMap((code) => [code - 1, code, code + 1]);
  return [...new Set(codes)]
    .filter((code) => code > 0x1f && code < 0x110000 && !(code >= 0xd800 && code < 0xe000))
    .map((code) => String.fromCodePoint(code));
}

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
