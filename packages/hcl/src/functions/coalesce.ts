import { anyType } from '../value/type.ts';
import { unify } from '../value/unify.ts';
import { typeOf, unknownValue, type Value, withMarksOf } from '../value/value.ts';
import { convertFor } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { anyParameter } from './parameter.ts';

/** The first argument that says something, in the type that all arguments have in common. */
export const coalesce: HclFunction = defineFunction({
  name: 'coalesce',
  doc: 'Gives the first value that is neither null nor an empty text.',
  parameters: [],
  variadic: anyParameter('values', { nullable: true, takesUnknown: true, takesMarks: true }),
  result: (args) => unify(args.map(typeOf)) ?? anyType,
  mayBeNull: true,
  call: (args) => {
    if (args.length === 0) throw new FunctionFailure('Give at least one value.');
    const type = unify(args.map(typeOf));
    if (type === undefined) {
      throw new FunctionFailure('The values must be of one type, or of types that convert to one.');
    }
    const inspected: Value[] = [];
    for (const [index, arg] of args.entries()) {
      inspected.push(arg);
      if (arg.kind === 'unknown') return withMarksOf(unknownValue(type), ...inspected);
      if (arg.kind === 'null') continue;
      const value = convertFor(arg, type, index);
      const isEmptyText = type.kind === 'string' && value.kind === 'string' && value.value === '';
      if (!isEmptyText) return withMarksOf(value, ...inspected);
    }
    throw new FunctionFailure('All of the values are null or empty.');
  },
});
