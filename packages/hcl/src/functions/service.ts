import { stringType } from '../value/type.ts';
import { markSensitive, stringValue, unknownValue, type Value } from '../value/value.ts';
import { argumentAt, textAt } from './argument.ts';
import {
  defineFunction,
  type FunctionContext,
  FunctionFailure,
  type HclFunction,
  type Parameter,
  type ServiceQuestion,
} from './define-function.ts';
import { type ParameterFlags, stringParameter } from './parameter.ts';

/** Functions that ask a service outside. What they give is sensitive: it is kept out of all output. */
export const serviceFunctions: readonly HclFunction[] = [
  defineFunction({
    name: 'vault',
    doc: 'Reads a key of a secret from the KV store of HashiCorp Vault.',
    parameters: [secretParameter('path'), secretParameter('key')],
    result: stringType,
    call: (args, context) =>
      answerTo({ service: 'vault', path: textAt(args, 0), key: textAt(args, 1) }, args, context),
  }),
  defineFunction({
    name: 'consul_key',
    doc: 'Reads the value of a key from the KV store of HashiCorp Consul.',
    parameters: [secretParameter('key')],
    result: stringType,
    call: (args, context) => answerTo({ service: 'consul', key: textAt(args, 0) }, args, context),
  }),
  defineFunction({
    name: 'aws_secretsmanager',
    doc: 'Reads a key of a secret from AWS Secrets Manager; null stands for the only key.',
    parameters: [secretParameter('name'), secretParameter('key', { nullable: true })],
    result: stringType,
    call: (args, context) => {
      const key = argumentAt(args, 1).kind === 'null' ? '' : textAt(args, 1);
      return answerTo({ service: 'secrets-manager', name: textAt(args, 0), key }, args, context);
    },
  }),
  defineFunction({
    name: 'aws_secretsmanager_raw',
    doc: 'Reads the whole text of a secret from AWS Secrets Manager.',
    parameters: [secretParameter('name')],
    result: stringType,
    call: (args, context) =>
      answerTo(
        { service: 'secrets-manager', name: textAt(args, 0), key: undefined },
        args,
        context,
      ),
  }),
];

/** A string that the function sees the mark of. */
function secretParameter(name: string, flags: ParameterFlags = {}): Parameter {
  return stringParameter(name, { ...flags, takesMarks: true });
}

function answerTo(
  question: ServiceQuestion,
  args: readonly Value[],
  { askService }: FunctionContext,
): Value {
  try {
    const answer = askService(question);
    return markSensitive(answer === undefined ? unknownValue(stringType) : stringValue(answer));
  } catch (error) {
    if (!(error instanceof FunctionFailure)) throw error;
    throw new FunctionFailure(withoutSecrets(error.message, args), undefined, true);
  }
}

/** What a service says quotes the question. That has to be read, also where a part of it is secret. */
function withoutSecrets(message: string, args: readonly Value[]): string {
  const secrets = args.flatMap((arg) =>
    arg.kind === 'string' && arg.sensitive ? [arg.value] : [],
  );
  return secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '<sensitive>'), message);
}
