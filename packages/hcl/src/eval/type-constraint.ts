import { Diagnostics } from '../diagnostic.ts';
import type { Expression, FunctionCall, ObjectItem } from '../syntax/ast.ts';
import { ConversionFailure, convert } from '../value/convert.ts';
import type { TypeDefaults } from '../value/defaults.ts';
import {
  anyType,
  boolType,
  numberType,
  objectOf,
  stringType,
  type Type,
  tupleOf,
} from '../value/type.ts';
import type { Value } from '../value/value.ts';
import type { Problem } from './problem.ts';
import * as messages from './type-messages.ts';

/** A type as it was written, with what its `optional(T, default)` attributes default to. */
export interface TypeConstraint {
  readonly type: Type;
  /** Absent when there are no defaults. */
  readonly defaults?: TypeDefaults;
}

/**
 * Reads a type such as `list(object({ name = string, size = optional(number, 8) }))`. Mistakes are
 * reported; what could not be read is `any`.
 */
export function readType(expression: Expression, reading: TypeReading): TypeConstraint {
  if (expression.kind === 'variable' || expression.kind === 'literal') {
    return fromKeyword(expression, reading);
  }
  if (expression.kind === 'call') return fromCall(expression, reading);
  if (expression.kind === 'parentheses') return readType(expression.inner, reading);
  if (expression.kind === 'invalid') {
    reading.diagnostics.add(...(expression.problems ?? []));
    return { type: anyType };
  }
  return refused(reading, messages.notAType(expression));
}

/** What the reading of a type needs. */
export interface TypeReading {
  readonly diagnostics: Diagnostics;
  /** Evaluates a default, which may use neither variables nor functions. */
  readonly evaluate: (expression: Expression, diagnostics: Diagnostics) => Value;
}

const primitives: Readonly<Record<string, Type>> = {
  string: stringType,
  number: numberType,
  bool: boolType,
  any: anyType,
};

const constructors: readonly string[] = ['list', 'set', 'map', 'object', 'tuple'];

function fromKeyword(
  expression: Extract<Expression, { readonly kind: 'variable' | 'literal' }>,
  reading: TypeReading,
): TypeConstraint {
  const name = expression.kind === 'variable' ? expression.name : String(expression.value);
  if (Object.hasOwn(primitives, name)) return { type: primitives[name] as Type };
  if (constructors.includes(name)) {
    return refused(reading, messages.typeWithoutArgument(name, expression.range));
  }
  return refused(reading, messages.unknownType(name, expression.range));
}

function fromCall(call: FunctionCall, reading: TypeReading): TypeConstraint {
  const name = call.name.name;
  if (Object.hasOwn(primitives, name)) return refused(reading, messages.typeTakesNoArgument(call));
  if (name === 'optional') return refused(reading, messages.optionalOutsideObject(call));
  if (!constructors.includes(name)) return refused(reading, messages.unknownType(name, call.range));
  const [argument] = call.arguments;
  if (argument === undefined || call.arguments.length > 1) {
    return refused(reading, messages.wrongTypeArguments(call));
  }
  if (name === 'object') return objectType(call, argument, reading);
  if (name === 'tuple') return tupleType(call, argument, reading);
  const element = readType(argument, reading);
  const type: Type = { kind: name as 'list' | 'set' | 'map', element: element.type };
  return withDefaults(type, new Map(), element.defaults && new Map([['', element.defaults]]));
}

function tupleType(call: FunctionCall, argument: Expression, reading: TypeReading): TypeConstraint {
  if (argument.kind !== 'tuple') return refused(reading, messages.tupleNeedsList(call, argument));
  const elements = argument.items.map((item) => readType(item, reading));
  const children = new Map<string, TypeDefaults>();
  for (const [index, { defaults }] of elements.entries()) {
    if (defaults !== undefined) children.set(String(index), defaults);
  }
  return withDefaults(tupleOf(elements.map(({ type }) => type)), new Map(), children);
}

function objectType(
  call: FunctionCall,
  argument: Expression,
  reading: TypeReading,
): TypeConstraint {
  if (argument.kind !== 'object') return refused(reading, messages.objectNeedsMap(call, argument));
  const attributes = new Map<string, Type>();
  const optional = new Set<string>();
  const values = new Map<string, Value>();
  const children = new Map<string, TypeDefaults>();
  for (const item of argument.items) {
    const name = attributeName(item, call, attributes, reading);
    if (name === undefined) continue;
    const attribute = attributeFrom(item.value, reading);
    attributes.set(name, attribute.type);
    if (attribute.isOptional) optional.add(name);
    if (attribute.default !== undefined) values.set(name, attribute.default);
    if (attribute.defaults !== undefined) children.set(name, attribute.defaults);
  }
  const type = objectOf(attributes, optional.size === 0 ? undefined : optional);
  return withDefaults(type, values, children);
}

function attributeName(
  item: ObjectItem,
  call: FunctionCall,
  seen: ReadonlyMap<string, Type>,
  reading: TypeReading,
): string | undefined {
  if (item.key.kind !== 'variable') {
    reading.diagnostics.error(messages.badAttributeName(item.key, call));
    return undefined;
  }
  if (!seen.has(item.key.name)) return item.key.name;
  reading.diagnostics.error(messages.duplicateAttribute(item.key, call));
  return undefined;
}

interface AttributeConstraint extends TypeConstraint {
  readonly isOptional: boolean;
  readonly default?: Value;
}

function attributeFrom(expression: Expression, reading: TypeReading): AttributeConstraint {
  if (expression.kind !== 'call' || expression.name.name !== 'optional') {
    return { ...readType(expression, reading), isOptional: false };
  }
  const [type, fallback, extra] = expression.arguments;
  if (type === undefined || extra !== undefined) {
    return { ...refused(reading, messages.wrongOptionalArguments(expression)), isOptional: true };
  }
  const constraint = { ...readType(type, reading), isOptional: true };
  if (fallback === undefined) return constraint;
  const value = defaultFrom(fallback, constraint.type, reading);
  return value === undefined ? constraint : { ...constraint, default: value };
}

/** The default, converted; `undefined` when it is none, which is reported. */
function defaultFrom(expression: Expression, type: Type, reading: TypeReading): Value | undefined {
  const found = new Diagnostics();
  const value = reading.evaluate(expression, found);
  reading.diagnostics.add(...found.list);
  if (found.hasErrors) return undefined;
  try {
    return convert(value, type);
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    reading.diagnostics.error(messages.invalidDefault(expression, type, error));
    return undefined;
  }
}

function withDefaults(
  type: Type,
  values: ReadonlyMap<string, Value>,
  children: ReadonlyMap<string, TypeDefaults> = new Map(),
): TypeConstraint {
  if (values.size === 0 && children.size === 0) return { type };
  return { type, defaults: { type, values, children } };
}

function refused(reading: TypeReading, problem: Problem): TypeConstraint {
  reading.diagnostics.error(problem);
  return { type: anyType };
}
