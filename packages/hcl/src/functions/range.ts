import { add, compareNums, type Num } from '../value/number.ts';
import { listOf, numberType } from '../value/type.ts';
import { listValue, numberValue, type Value } from '../value/value.ts';
import { numAt } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { numberParameter } from './parameter.ts';

/** `range` refuses to make longer lists. */
const longest = 1024;

/** `range(end)`, `range(start, end)`, `range(start, end, step)` */
export const range: HclFunction = defineFunction({
  name: 'range',
  doc: 'Lists the numbers from a start (0) up to, but without, an end, a step (1 or -1) apart.',
  parameters: [],
  variadic: numberParameter('bounds'),
  result: listOf(numberType),
  call: (args) => {
    const { start, end, step } = boundsOf(args);
    const isDown = compareNums(step, 0) < 0;
    const direction = compareNums(end, start);
    if (direction !== 0 && isDown !== direction < 0) {
      const way = isDown ? 'below' : 'above';
      throw new FunctionFailure(`With this step the end must be ${way} the start.`, 1);
    }
    return listValue(numberType, numbers(start, end, step).map(numberValue));
  },
});

interface Bounds {
  readonly start: Num;
  readonly end: Num;
  readonly step: Num;
}

function boundsOf(args: readonly Value[]): Bounds {
  const nums = args.map((_, index) => numAt(args, index));
  const [first, second, third] = nums;
  if (first === undefined || nums.length > 3) {
    throw new FunctionFailure('Give one, two or three numbers: end; start, end; start, end, step.');
  }
  const [start, end] = second === undefined ? [0, first] : [first, second];
  return { start, end, step: third ?? (compareNums(end, start) < 0 ? -1 : 1) };
}

function numbers(start: Num, end: Num, step: Num): readonly Num[] {
  const direction = compareNums(end, start);
  const result: Num[] = [];
  for (
    let num = start;
    direction !== 0 && compareNums(end, num) === direction;
    num = add(num, step)
  ) {
    if (result.length === longest) {
      throw new FunctionFailure(
        `This makes more than ${longest} numbers, the most that range gives; check the bounds and the step.`,
      );
    }
    result.push(num);
  }
  return result;
}
