import { expect, test } from '@jest/globals';
import {
  Diagnostics,
  type EncodedValue,
  encodeValue,
  evaluate,
  listValue,
  mapValue,
  markSensitive,
  objectValue,
  parseExpression,
  standardFunctions,
  stringType,
  stringValue,
  tupleValue,
  type Value,
} from '../../src/index.ts';
import { callQuestion } from '../oracle/calls.ts';
import { expression } from '../oracle/expressions.ts';
import { variables } from '../oracle/variables.ts';
import { seeded } from './expression-generator.ts';

/**
 * Two runs that differ in nothing but a secret must not differ in anything that is not sensitive, and no
 * diagnostic may quote the secret. Which of `can` and `try` succeed is left out: that something fails
 * shows in any case.
 */
const count = 3000;

/** The variables of the other generated tests, of which some now hold a secret. */
function withSecret(text: string): ReadonlyMap<string, Value> {
  const secret = markSensitive(stringValue(text));
  const plain = stringValue('plain');
  return new Map<string, Value>([
    ...Object.entries(variables),
    ['s', secret],
    ['digits', markSensitive(stringValue(text.replace(/\D/g, '')))],
    ['list', listValue(stringType, [plain, secret])],
    ['tuple', tupleValue([secret, stringValue('a')])],
    ['map', markSensitive(mapValue(stringType, [[text, plain]]))],
    ['object', objectValue({ a: secret, b: plain })],
    ['nested', objectValue({ a: objectValue({ a: tupleValue([secret]) }), b: plain })],
  ]);
}

const secrets = ['Zq7wK31', 'Vy8pJ52'];

function run(
  text: string,
  secret: string,
): { shown: string; problems: string; hasErrors: boolean } {
  const diagnostics = new Diagnostics();
  const scope = { variables: withSecret(secret), functions: standardFunctions };
  const value = evaluate(parseExpression({ name: 'test', text }).value, scope, diagnostics);
  const problems = diagnostics.list.map((each) => `${each.summary} ${each.detail} ${each.values}`);
  return {
    shown: JSON.stringify(withoutSecrets(encodeValue(value))),
    problems: problems.join('\n'),
    hasErrors: diagnostics.hasErrors,
  };
}

function withoutSecrets(data: EncodedValue): unknown {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map(withoutSecrets);
  const record = data as Readonly<Record<string, EncodedValue>>;
  if (record['$'] === 'sensitive') return 'hidden';
  return Object.entries(record).map(([name, each]) => [name, withoutSecrets(each)]);
}

test.each([
  ['expressions', 11, (random: ReturnType<typeof seeded>) => expression(random, 1 + random(3))],
  ['calls', 12, (random: ReturnType<typeof seeded>) => callQuestion(random).text],
] as const)('a secret stays one in %s', (_, seed, make) => {
  const random = seeded(seed);
  const leaks: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const text = make(random);
    const [one, other] = secrets.map((secret) => run(text, secret));
    if (one === undefined || other === undefined) throw new Error('There are two secrets.');
    const quoted = secrets.find((each) => (one.problems + other.problems).includes(each));
    if (quoted !== undefined) leaks.push(`${text}\n  ${one.problems}`);
    const isAttempt = /can\(|try\(/.test(text);
    if (!one.hasErrors && !other.hasErrors && !isAttempt && one.shown !== other.shown) {
      leaks.push(`${text}\n  ${one.shown}\n  ${other.shown}`);
    }
  }
  expect(leaks.sort((a, b) => a.length - b.length).slice(0, 10)).toEqual([]);
});
