import type { FunctionContext, HclFunction } from '../functions/define-function.ts';
import type { Value } from '../value/value.ts';

/** Functions by name. */
export interface FunctionTable {
  get(name: string): HclFunction | undefined;
  names(): readonly string[];
}

/** The names that an expression can use. Looked up here first, then in `parent`. */
export interface Scope {
  readonly variables: ReadonlyMap<string, Value>;
  readonly parent?: Scope;
  /** Absent where the language allows no function calls; the nearest scope that has it counts. */
  readonly functions?: FunctionTable;
  readonly functionContext?: FunctionContext;
}

/** A scope in which nothing but literals and operators can be used. */
export const emptyScope: Scope = { variables: new Map() };

/**
 * Name under which a splat keeps the element that it is at. It cannot be written, so it hides nothing.
 */
export const splatItemName = '*';

/** The value that a name stands for; `undefined` when there is no such name. */
export function lookUp(scope: Scope, name: string): Value | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const value = at.variables.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Every name that can be used, inner ones first. */
export function namesIn(scope: Scope): readonly string[] {
  const names = new Set<string>();
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    for (const name of at.variables.keys()) names.add(name);
  }
  names.delete(splatItemName);
  return [...names];
}

/** The functions that can be called; `undefined` where none may be. */
export function functionsOf(scope: Scope): FunctionTable | undefined {
  return scope.functions ?? (scope.parent && functionsOf(scope.parent));
}

/** What functions get to know about their surroundings. */
export function functionContextOf(scope: Scope): FunctionContext | undefined {
  return scope.functionContext ?? (scope.parent && functionContextOf(scope.parent));
}
