import type { Type } from '../value/type.ts';
import type { Value } from '../value/value.ts';

/** What `vault`, `consul_key` and `aws_secretsmanager` want to know. */
export type ServiceQuestion =
  | { readonly service: 'vault'; readonly path: string; readonly key: string }
  | { readonly service: 'consul'; readonly key: string }
  | {
      readonly service: 'secrets-manager';
      readonly name: string;
      /** Empty: the only key that there is. `undefined`: the text of the whole secret. */
      readonly key: string | undefined;
    };

/** What a function may know about its surroundings; everything else it gets as arguments. */
export interface FunctionContext {
  /** Folder that `file`, `fileexists`, `templatefile` &c. take relative paths from (`path.root`). */
  readonly baseDir: string;
  /** Folder that `abspath`, `filebase64` take relative paths from. */
  readonly workingDir: string;
  /** When the process started; `legacy_isotime` and its like show this, `timestamp` does not. */
  readonly startTime: Date;
  /** Environment that `env` and `~` read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Evaluates a template text with the given variables and this table's functions; `templatefile` needs it. */
  renderTemplate(name: string, text: string, variables: ReadonlyMap<string, Value>): Value;
  /**
   * What a service outside answers; `undefined` while that is not known. Evaluation does not wait: whoever
   * evaluates may get the answers and evaluate again. Throws `FunctionFailure` when there is none.
   */
  askService(question: ServiceQuestion): string | undefined;
}

/** One parameter. Arguments are converted to `type` before the call; `any` takes them as they are. */
export interface Parameter {
  readonly name: string;
  readonly type: Type;
  /** Null may be passed; without it a null argument is an error before the call. */
  readonly nullable?: true;
  /** Unknown may be passed; without it an unknown argument gives an unknown result without the call. */
  readonly takesUnknown?: true;
  /** The function handles the sensitive mark itself; without it any sensitive argument (deeply) makes the result sensitive. */
  readonly takesMarks?: true;
}

/** A function of the language. `call` gets as many arguments as were written, converted and checked. */
export interface HclFunction {
  readonly name: string;
  /** One sentence for `bake console` and the editor. */
  readonly doc: string;
  readonly parameters: readonly Parameter[];
  readonly variadic?: Parameter;
  /**
   * Type of the result, from the arguments; used when an argument is unknown. `any` where it depends on
   * values. May throw `FunctionFailure` for what is wrong whatever the unknown arguments turn out to be.
   */
  readonly result: Type | ((args: readonly Value[]) => Type);
  /** The result can be null; without it an unknown result is one that will not turn out to be. */
  readonly mayBeNull?: true;
  /** Throws `FunctionFailure` for a foreseen failure. */
  readonly call: (args: readonly Value[], context: FunctionContext) => Value;
}

/** A function said no: `argument` is the index of the argument to blame, when one is. */
export class FunctionFailure extends Error {
  override readonly name = 'FunctionFailure';
  readonly argument: number | undefined;
  /** The message quotes no sensitive argument, so that it can be shown even if there is one. */
  readonly isDiscreet: boolean;

  constructor(message: string, argument?: number, isDiscreet = false) {
    super(message);
    this.argument = argument;
    this.isDiscreet = isDiscreet;
  }
}

/** Declares a function; identity, for the types. */
export function defineFunction(definition: HclFunction): HclFunction {
  return definition;
}
