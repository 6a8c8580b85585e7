/** What is found out about a value is kept; it must not cling to a copy with other marks or other parts. */
import { expect, test } from '@jest/globals';
import { convert } from '../../src/value/convert.ts';
import { withoutMarks } from '../../src/value/set.ts';
import { listOf, stringType } from '../../src/value/type.ts';
import { typeName } from '../../src/value/type-name.ts';
import {
  containsSensitive,
  isWhollyKnown,
  listValue,
  mapValue,
  markSensitive,
  objectValue,
  stringValue,
  tupleValue,
  typeOf,
  unknownValue,
  type Value,
} from '../../src/value/value.ts';

const plain = stringValue('a');
const secret = markSensitive(plain);
const unknown = unknownValue(stringType);

/** Each way to hold a part, with another one beside it. */
const holders: Readonly<Record<string, (part: Value) => Value>> = {
  list: (part) => listValue(stringType, [plain, part]),
  set: (part) => ({ kind: 'set', element: stringType, items: [plain, part] }),
  tuple: (part) => tupleValue([plain, part]),
  map: (part) =>
    mapValue(stringType, [
      ['a', plain],
      ['b', part],
    ]),
  object: (part) => objectValue({ a: plain, b: part }),
  'tuple in an object': (part) => objectValue({ a: tupleValue([plain, part]) }),
};

/** Everything that is kept, asked twice: once to keep it and once to have it from there. */
function facts(value: Value): object {
  const ask = () => ({
    type: typeName(typeOf(value)),
    isSecret: containsSensitive(value),
    isKnown: isWhollyKnown(value),
  });
  const first = ask();
  expect(ask()).toEqual(first);
  return first;
}

for (const [name, hold] of Object.entries(holders)) {
  test(`${name}: a copy with another mark is another value`, () => {
    const bare = hold(plain);
    expect(facts(bare)).toMatchObject({ isSecret: false, isKnown: true });
    const marked = markSensitive(bare);
    expect(facts(marked)).toEqual({ ...facts(bare), isSecret: true });
    expect(facts({ ...bare, sensitive: true })).toMatchObject({ isSecret: true });
    expect(facts(withoutMarks(marked))).toMatchObject({ isSecret: false });
    expect(facts(bare)).toMatchObject({ isSecret: false });
  });

  test(`${name}: a part's mark and ignorance are the whole's`, () => {
    const holding = hold(secret);
    expect(facts(holding)).toMatchObject({ isSecret: true, isKnown: true });
    expect(facts(withoutMarks(holding))).toMatchObject({ isSecret: false });
    expect(facts(hold(unknown))).toMatchObject({ isSecret: false, isKnown: false });
  });
}

test('a value that has the type already stays itself, with its marks', () => {
  const list = listValue(stringType, [secret]);
  expect(convert(list, listOf(stringType))).toBe(list);
  const marked = markSensitive(tupleValue([unknown]));
  expect(convert(marked, typeOf(marked))).toBe(marked);
});
