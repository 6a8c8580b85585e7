/** What a flag takes. `list` is comma-separated, `list` and `strings` may be given again. */
export type FlagKind = 'bool' | 'string' | 'strings' | 'list' | 'integer';

/** One flag of a command. */
export interface FlagSpec {
  readonly kind: FlagKind;
  /** What stands for the value in the help text. */
  readonly value?: string;
  readonly help: string;
  readonly oneOf?: readonly string[];
}

/** Flags of a command by name, without dashes. */
export type FlagSpecs = Readonly<Record<string, FlagSpec>>;

type ValueOf<F extends FlagSpec> = F['kind'] extends 'bool'
  ? boolean | undefined
  : F['kind'] extends 'integer'
    ? number | undefined
    : F['kind'] extends 'string'
      ? ChoiceOf<F> | undefined
      : readonly string[];

/** The words to choose from, if there are such. */
type ChoiceOf<F extends FlagSpec> = F extends { readonly oneOf: readonly (infer C)[] } ? C : string;

/** Values by flag name. */
export type FlagValues<S extends FlagSpecs> = { readonly [N in keyof S]: ValueOf<S[N]> };

/** A parsed command line. */
export interface ParsedArguments<S extends FlagSpecs> {
  readonly flags: FlagValues<S>;
  readonly operands: readonly string[];
}

/** What is wrong with a command line, in words for the user. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
  /** What was given in place of a word that is known, and those that are. */
  readonly unknown: UnknownWord | undefined;

  constructor(message: string, unknown?: UnknownWord) {
    super(message);
    this.unknown = unknown;
  }
}

interface UnknownWord {
  readonly given: string;
  readonly known: readonly string[];
}

/**
 * Reads arguments as Go's `flag` package does, because people have Packer's forms in their fingers and
 * scripts: `-x` is `--x`, `-x=v` and `-x v` (a bool only takes `-x` and `-x=false`), values may start
 * with a dash, and parsing stops at the first operand or after `--`. Throws an `ArgumentError`.
 */
export function parseFlags<S extends FlagSpecs>(
  argv: readonly string[],
  specs: S,
): ParsedArguments<S> {
  const values = initialValues(specs);
  const rest = [...argv];
  for (let argument = rest[0]; argument !== undefined; argument = rest[0]) {
    if (!argument.startsWith('-') || argument === '-') break;
    rest.shift();
    if (argument === '--') break;
    readFlag(argument, rest, specs, values);
  }
  return { flags: values as FlagValues<S>, operands: rest };
}

function initialValues(specs: FlagSpecs): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { kind }]) => [
      name,
      kind === 'strings' || kind === 'list' ? [] : undefined,
    ]),
  );
}

function readFlag(
  argument: string,
  rest: string[],
  specs: FlagSpecs,
  values: Record<string, unknown>,
): void {
  const body = argument.replace(/^--?/, '');
  const equals = body.indexOf('=');
  const name = equals < 0 ? body : body.slice(0, equals);
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
  if (spec === undefined) {
    const known = Object.keys(specs).map((each) => `-${each}`);
    throw new ArgumentError(`There is no option -${name}.`, { given: `-${name}`, known });
  }
  const given = equals < 0 ? undefined : body.slice(equals + 1);
  if (spec.kind === 'bool') {
    values[name] = given === undefined ? true : readBool(name, given);
    return;
  }
  const text = given ?? rest.shift();
  if (text === undefined) throw new ArgumentError(`-${name} needs a value.`);
  values[name] = readValue(name, text, spec, values[name]);
}

function readValue(name: string, text: string, spec: FlagSpec, before: unknown): unknown {
  switch (spec.kind) {
    case 'list':
      return [...(before as string[]), ...text.split(',').filter((part) => part !== '')];
    case 'strings':
      return [...(before as string[]), text];
    case 'integer':
      return readInteger(name, text);
    default:
      return readChoice(name, text, spec.oneOf);
  }
}

function readBool(name: string, text: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  throw new ArgumentError(`-${name} is true or false, not "${text}".`);
}

function readInteger(name: string, text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new ArgumentError(`-${name} needs a whole number, not "${text}".`);
  }
  return Number(text);
}

function readChoice(name: string, text: string, choices: readonly string[] | undefined): string {
  if (choices !== undefined && !choices.includes(text)) {
    const message = `-${name} is one of ${choices.join(', ')}, not "${text}".`;
    throw new ArgumentError(message, { given: text, known: choices });
  }
  return text;
}
