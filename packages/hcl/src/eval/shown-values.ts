import type { Diagnostic } from '../diagnostic.ts';
import type { Expression } from '../syntax/ast.ts';
import { renderShort } from '../value/render.ts';
import type { Value } from '../value/value.ts';
import { type Reference, type ReferenceStep, referencesIn } from './references.ts';
import { lookUp, type Scope } from './scope.ts';

/** More than these would bury the mistake that they are to explain. */
const most = 4;

/**
 * The values that an expression refers to, for a diagnostic: `var.port is 8080`. Secrets are hidden, and
 * references that lead nowhere left out.
 */
export function shownValues(expression: Expression, scope: Scope): readonly string[] {
  const lines = referencesIn(expression).flatMap((reference) => {
    const value = follow(reference, scope);
    return value === undefined ? [] : [`${nameOf(reference)} is ${described(value)}`];
  });
  return [...new Set(lines)].slice(0, most);
}

/** A diagnostic about a value, with the values that its expression refers to. */
export function withValues(
  diagnostic: Diagnostic,
  expression: Expression,
  scope: Scope,
): Diagnostic {
  const values = shownValues(expression, scope);
  return values.length === 0 ? diagnostic : { ...diagnostic, values };
}

function follow(reference: Reference, scope: Scope): Value | undefined {
  let value = lookUp(scope, reference.root);
  let isSecret = false;
  for (const step of reference.path) {
    if (value === undefined) return undefined;
    isSecret ||= value.sensitive === true;
    value = partOf(value, step);
  }
  return value !== undefined && isSecret ? { ...value, sensitive: true } : value;
}

function partOf(value: Value, step: ReferenceStep): Value | undefined {
  const key = typeof step === 'string' ? step : keyOf(step.index);
  if (value.kind === 'unknown') {
    const isMissing = value.type.kind === 'object' && !value.type.attributes.has(String(key));
    return isMissing ? undefined : value;
  }
  if ('entries' in value) return value.entries.get(String(key));
  return 'items' in value && value.kind !== 'set' && typeof key === 'number'
    ? value.items[key]
    : undefined;
}

function keyOf(index: Value | undefined): string | number | undefined {
  if (index?.kind === 'string') return index.value;
  return index?.kind === 'number' && typeof index.value === 'number' ? index.value : undefined;
}

function nameOf({ root, path }: Reference): string {
  return path.reduce<string>((name, step) => {
    if (typeof step === 'string') return `${name}.${step}`;
    const key = keyOf(step.index);
    return `${name}[${JSON.stringify(key)}]`;
  }, root);
}

function described(value: Value): string {
  if (value.sensitive) return '<sensitive>';
  return value.kind === 'unknown' ? 'not known yet' : renderShort(value);
}
