import { stringType } from '../value/type.ts';
import { stringValue } from '../value/value.ts';
import { textAt } from './argument.ts';
import { defineFunction, type HclFunction } from './define-function.ts';
import { stringParameter } from './parameter.ts';

/** `env(name)`, which only the default of a variable can call. */
export const environmentVariable: HclFunction = defineFunction({
  name: 'env',
  doc: 'Gives the value of an environment variable, or an empty text where it is not set.',
  parameters: [stringParameter('name')],
  result: stringType,
  call: (args, { environment }) => {
    const name = textAt(args, 0);
    return stringValue((Object.hasOwn(environment, name) ? environment[name] : undefined) ?? '');
  },
});
