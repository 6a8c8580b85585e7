import { stringType } from '../value/type.ts';
import { markSensitive, stringValue, unknownValue, type Value } from '../value/value.ts';
import { argumentAt, textAt } from './argument.ts';
import {
  defineFunction,
  type FunctionContext,
  type HclFunction,
  type ServiceQuestion,
} from './define-function.ts';
import { stringParameter } from './parameter.ts';

/** Functions that ask a service outside. What they give is sensitive: it is kept out of all output. */
export const serviceFunctions: readonly HclFunction[] = [
  defineFunction({
    name: 'vault',
    doc: 'Reads a key of a secret from the KV store of HashiCorp Vault.',
    parameters: [stringParameter('path'), stringParameter('key')],
    result: stringType,
    call: (args, context) =>
      answerTo({ service: 'vault', path: textAt(args, 0), key: textAt(args, 1) }, context),
  }),
  defineFunction({
    name: 'consul_key',
    doc: 'Reads the value of a key from the KV store of HashiCorp Consul.',
    parameters: [stringParameter('key')],
    result: stringType,
    call: (args, context) => answerTo({ service: 'consul', key: textAt(args, 0) }, context),
  }),
  defineFunction({
    name: 'aws_secretsmanager',
    doc: 'Reads a key of a secret from AWS Secrets Manager; null stands for the only key.',
    parameters: [stringParameter('name'), stringParameter('key', { nullable: true })],
    result: stringType,
    call: (args, context) => {
      const key = argumentAt(args, 1).kind === 'null' ? '' : textAt(args, 1);
      return answerTo({ service: 'secrets-manager', name: textAt(args, 0), key }, context);
    },
  }),
  defineFunction({
    name: 'aws_secretsmanager_raw',
    doc: 'Reads the whole text of a secret from AWS Secrets Manager.',
    parameters: [stringParameter('name')],
    result: stringType,
    call: (args, context) =>
      answerTo({ service: 'secrets-manager', name: textAt(args, 0), key: undefined }, context),
  }),
];

function answerTo(question: ServiceQuestion, context: FunctionContext): Value {
  const answer = context.askService(question);
  return markSensitive(answer === undefined ? unknownValue(stringType) : stringValue(answer));
}
