import { expect, test } from '@jest/globals';
import {
  FunctionFailure,
  markSensitive,
  type ServiceQuestion,
  stringValue,
} from '../../src/index.ts';
import { problemsOf, resultOf } from './evaluation.ts';

/** Answers with the question, so that a test sees what was asked. */
const askService = (question: ServiceQuestion): string => JSON.stringify(question);

test.each<[string, ServiceQuestion]>([
  ['vault("secret/data/a", "b")', { service: 'vault', path: 'secret/data/a', key: 'b' }],
  ['vault("n", 1)', { service: 'vault', path: 'n', key: '1' }],
  ['consul_key("a/b")', { service: 'consul', key: 'a/b' }],
  ['aws_secretsmanager("n", "k")', { service: 'secrets-manager', name: 'n', key: 'k' }],
  ['aws_secretsmanager("n", null)', { service: 'secrets-manager', name: 'n', key: '' }],
  ['aws_secretsmanager_raw("n")', { service: 'secrets-manager', name: 'n', key: undefined }],
])('%s asks for %j', (expression, question) => {
  const answer = markSensitive(stringValue(JSON.stringify(question)));
  expect(resultOf(expression, { askService })).toEqual(answer);
});

test.each([
  ['vault("a")', 'vault() takes 2 arguments, and "key" is missing.'],
  ['vault("a", null)', 'The argument "key" of vault() must not be null.'],
  ['consul_key(null)', 'The argument "key" of consul_key() must not be null.'],
  ['aws_secretsmanager("a")', 'aws_secretsmanager() takes 2 arguments, and "key" is missing.'],
  ['vaul("a", "b")', 'There is no function named "vaul" here. Did you mean "vault"?'],
])('%s is wrong', (expression, message) => {
  expect(problemsOf(expression, { askService })).toBe(message);
});

test('a question without an answer is a mistake at the call', () => {
  const refuse = (): never => {
    throw new FunctionFailure('Nobody is there.');
  };
  expect(problemsOf('consul_key("a")', { askService: refuse })).toBe(
    'consul_key() failed: Nobody is there.',
  );
  expect(resultOf('try(consul_key("a"), "b")', { askService: refuse })).toEqual(stringValue('b'));
});

test('what a service says is shown without the secrets of the question', () => {
  const refuse = ({ key }: ServiceQuestion): never => {
    throw new FunctionFailure(`There is no "${key}" here. Look elsewhere.`);
  };
  const secret = markSensitive(stringValue('hunter2'));
  const said = problemsOf('consul_key("a/${secret}")', {
    askService: refuse,
    variables: { secret },
  });
  expect(said).toBe('consul_key() failed: There is no "<sensitive>" here. Look elsewhere.');
});
