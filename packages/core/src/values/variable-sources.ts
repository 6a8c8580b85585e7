import {
  type Attribute,
  type Block,
  bodyContent,
  type ConfigFile,
  type Diagnostic,
  Diagnostics,
  type Expression,
  evaluate,
  literalExpression,
  type Range,
  rangeOf,
  stringValue,
  suggest,
  type Type,
  type Value,
} from '@bake/hcl';
import type { Template, VariableDeclaration } from '../config/template.ts';
import { noOpenFiles, type OpenFiles } from '../files/open-files.ts';
import { readConfigFile } from '../files/read-file.ts';
import * as messages from '../messages.ts';
import {
  evaluateValue,
  parseValueText,
  sharesLine,
  unreadableVariables,
  withoutSource,
} from './value-text.ts';

/** Where values of variables come from, beside their defaults. */
export interface VariableInputs {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `-var-file`, in the order given. */
  readonly files: readonly string[];
  /** `-var`, each `name=value`, in the order given. */
  readonly assignments: readonly string[];
  /** Warn about values for variables that the template does not declare. */
  readonly warnUndeclared: boolean;
  /** Variable files among them are read as they are there. */
  readonly open?: OpenFiles;
}

/** A value that some source gives to a declared variable. */
export interface Assignment {
  readonly variable: VariableDeclaration;
  /** Unknown when what was given cannot be read, which has been reported. */
  readonly value: Value;
  /** Packer's word for the kind of source. */
  readonly kind: 'env' | 'varfile' | 'cmd';
  /** What messages call the source: `-var`, `the environment variable PKR_VAR_x`, a file's name. */
  readonly from: string;
  /** `undefined` when showing it would show a secret. */
  readonly range: Range | undefined;
  /** What was evaluated; `undefined` for a text that is taken as it is. */
  readonly expression: Expression | undefined;
}

/** Types by variable: the declared one, or else the default's. */
export type VariableTypes = ReadonlyMap<string, { readonly type: Type }>;

/** All assignments, weakest source first (core-behaviour, section 2). */
export function readAssignments(
  template: Template,
  types: VariableTypes,
  inputs: VariableInputs,
  diagnostics: Diagnostics,
): readonly Assignment[] {
  const files = [...template.autoVariableFiles, ...inputs.files];
  return [
    ...fromEnvironment(template, types, inputs.environment, diagnostics),
    ...files.flatMap((file) => fromFile(template, file, inputs, diagnostics)),
    ...inputs.assignments.flatMap((text) => fromArgument(template, types, text, diagnostics)),
  ];
}

function fromEnvironment(
  template: Template,
  types: VariableTypes,
  environment: VariableInputs['environment'],
  diagnostics: Diagnostics,
): readonly Assignment[] {
  return [...template.variables.values()].flatMap((variable) => {
    const text = environment[`PKR_VAR_${variable.name}`];
    if (text === undefined) return [];
    const from = `the environment variable PKR_VAR_${variable.name}`;
    return [fromText(variable, types, text, { kind: 'env', from }, diagnostics)];
  });
}

function fromArgument(
  template: Template,
  types: VariableTypes,
  text: string,
  diagnostics: Diagnostics,
): readonly Assignment[] {
  const equals = text.indexOf('=');
  if (equals < 0) {
    diagnostics.add(messages.malformedVarArgument(text));
    return [];
  }
  const name = text.slice(0, equals).trim();
  const variable = template.variables.get(name);
  if (variable === undefined) {
    const similar = suggest(name, [...template.variables.keys()]);
    diagnostics.add(messages.undefinedVarArgument(name, similar));
    return [];
  }
  const origin = { kind: 'cmd', from: '-var' } as const;
  return [fromText(variable, types, text.slice(equals + 1), origin, diagnostics)];
}

function fromText(
  variable: VariableDeclaration,
  types: VariableTypes,
  text: string,
  { kind, from }: Pick<Assignment, 'kind' | 'from'>,
  diagnostics: Diagnostics,
): Assignment {
  const source = { name: `<value for var.${variable.name} from ${from}>`, text };
  const { value, expression } = isTakenLiterally(types.get(variable.name)?.type ?? variable.type)
    ? { value: stringValue(text), expression: undefined }
    : parseValueText(source, variable, from, diagnostics);
  // A secret must not be quoted back in a diagnostic, so a sensitive value has no range to show.
  const range = variable.sensitive ? undefined : rangeOf(source, 0, text.length);
  return { variable, value, kind, from, range, expression };
}

/** Strings, numbers and untyped variables take the text as it is; all others read it as an expression. */
function isTakenLiterally(type: Type): boolean {
  return type.kind === 'string' || type.kind === 'number' || type.kind === 'any';
}

function fromFile(
  template: Template,
  file: string,
  { warnUndeclared, open = noOpenFiles }: VariableInputs,
  diagnostics: Diagnostics,
): readonly Assignment[] {
  if (!/\.(?:hcl|json)$/.test(file)) {
    diagnostics.add(messages.unknownVariableFile(file));
    return [];
  }
  const items = readItems(template, file, open, diagnostics);
  const secrets = items
    .filter((item) => item.kind === 'attribute' && isSensitive(template, item))
    .map((item) => item.range);
  const found = new Diagnostics();
  const assignments = items.flatMap((item) => {
    if (item.kind === 'attribute') return fromAttribute(template, item, warnUndeclared, found);
    found.add(messages.blockInVariableFile(item));
    return [];
  });
  const isHidden = ({ subject, context }: Diagnostic): boolean =>
    [subject, context].some((range) => range !== undefined && sharesLine(range, secrets));
  diagnostics.add(...found.list.map((said) => (isHidden(said) ? withoutSource(said) : said)));
  return assignments.map((assignment) => {
    const { range } = assignment;
    const isShown = range !== undefined && !sharesLine(range, secrets);
    return isShown ? assignment : { ...assignment, range: undefined };
  });
}

/**
 * Where the template has secrets, the text around a mistake in the file's own form may be one: which
 * variable it belongs to cannot be told. Then nothing of a file that does not parse is used or shown.
 */
function readItems(
  template: Template,
  file: string,
  open: OpenFiles,
  diagnostics: Diagnostics,
): readonly (Attribute | Block)[] {
  const found = new Diagnostics();
  const parsed = readConfigFile(file, found, open);
  const items = parsed === undefined ? [] : itemsOf(parsed, found);
  if (![...template.variables.values()].some(({ sensitive }) => sensitive)) {
    diagnostics.add(...found.list);
    return items;
  }
  diagnostics.add(...found.list.map((said) => withoutSource(said, unreadableVariables)));
  return found.hasErrors ? [] : items;
}

/** In JSON a name may stand there twice, which only a schema tells; the native parser reports it itself. */
function itemsOf(
  { body, range }: ConfigFile,
  diagnostics: Diagnostics,
): readonly (Attribute | Block)[] {
  if (body.syntax !== 'json') return body.items;
  const attributes = body.items.filter((item) => item.kind === 'attribute');
  const names = Object.fromEntries(attributes.map(({ name }) => [name.name, false]));
  const schema = { attributes: names, blocks: {} };
  return [...bodyContent(body, schema, range, diagnostics).attributes.values()];
}

function fromAttribute(
  template: Template,
  attribute: Attribute,
  warnUndeclared: boolean,
  diagnostics: Diagnostics,
): readonly Assignment[] {
  const name = attribute.name.name;
  const expression = literalExpression(attribute);
  const variable = template.variables.get(name);
  if (variable === undefined) {
    evaluate(expression, { variables: new Map() }, diagnostics);
    const similar = suggest(name, [...template.variables.keys()]);
    if (warnUndeclared) {
      diagnostics.add(messages.undefinedVariable(name, similar, attribute.name.range));
    }
    return [];
  }
  const from = `the variable file ${attribute.range.source.name}`;
  const value = evaluateValue(expression, variable, from, diagnostics);
  return [{ variable, value, kind: 'varfile', from, range: attribute.value.range, expression }];
}

function isSensitive(template: Template, attribute: Attribute): boolean {
  return template.variables.get(attribute.name.name)?.sensitive ?? false;
}
