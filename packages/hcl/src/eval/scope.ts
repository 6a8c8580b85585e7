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
