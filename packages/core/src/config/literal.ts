import {
  type Attribute,
  boolType,
  type Diagnostics,
  evaluate,
  literalExpression,
  type Scope,
  stringType,
  type Value,
} from '@bake/hcl';
import * as messages from '../messages.ts';
import { tryConvert } from './try-convert.ts';

/** A scope in which nothing but literals and operators can be used. */
export const noNames: Scope = { variables: new Map<string, Value>() };

/**
 * The text of an attribute that must be a literal, turned into a string; reports and gives `undefined`
 * otherwise. `null` is no text.
 */
export function literalString(
  attribute: Attribute | undefined,
  diagnostics: Diagnostics,
): string | undefined {
  return literal(attribute, 'string', 'a text in quotes', diagnostics) as string | undefined;
}

/** The value of an attribute that must be a literal `true` or `false`, or their text; reports and gives `undefined` otherwise. */
export function literalBool(
  attribute: Attribute | undefined,
  diagnostics: Diagnostics,
): boolean | undefined {
  return literal(attribute, 'bool', 'true or false', diagnostics) as boolean | undefined;
}

function literal(
  attribute: Attribute | undefined,
  kind: 'string' | 'bool',
  what: string,
  diagnostics: Diagnostics,
): string | boolean | undefined {
  if (attribute === undefined) return undefined;
  const given = evaluate(literalExpression(attribute), noNames, diagnostics);
  const value = tryConvert(given, kind === 'string' ? stringType : boolType);
  if (value.kind === kind) return (value as { readonly value: string | boolean }).value;
  if (value.kind !== 'unknown') {
    diagnostics.add(messages.notLiteral(attribute.name.name, what, attribute.value.range));
  }
  return undefined;
}
