import {
  type Attribute,
  type Block,
  bodyContent,
  type ConfigFile,
  type Diagnostics,
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
import { readConfigFile } from '../files/read-file.ts';
import * as messages from '../messages.ts';
import { parseValueText } from './value-text.ts';

/** Where values of variables come from, beside their defaults. */
export interface VariableInputs {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `-var-file`, in the order given. */
  readonly files: readonly string[];
  /** `-var`, each `name=value`, in the order given. */
  readonly assignments: readonly string[];
  /** Warn about values for variables that the template does not declare. */
  readonly warnUndeclared: boolean;
}

/** A value that some source gives to a declared variable. */
export interface Assignment {
  readonly variable: VariableDeclaration;
  readonly value: Value;
  /** What messages call the source: `-var`, `the environment variable PKR_VAR_x`, a file's name. */
  readonly from: string;
  readonly range: Range | undefined;
}

/** All assignments, weakest source first (core-behaviour, section 2). */
export function readAssignments(
  template: Template,
  inputs: VariableInputs,
  diagnostics: Diagnostics,
): readonly Assignment[] {
  const files = [...template.autoVariableFiles, ...inputs.files];
  return [
    ...fromEnvironment(template, inputs.environment, diagnostics),
    ...files.flatMap((file) => fromFile(template, file, inputs.warnUndeclared, diagnostics)),
    ...inputs.assignments.flatMap((text) => fromArgument(template, text, diagnostics)),
  ];
}

function fromEnvironment(
  template: Template,
  environment: VariableInputs['environment'],
  diagnostics: Diagnostics,
): readonly Assignment[] {
  return [...template.variables.values()].flatMap((variable) => {
    const text = environment[`PKR_VAR_${variable.name}`];
    if (text === undefined) return [];
    const from = `the environment variable PKR_VAR_${variable.name}`;
    return fromText(variable, text, from, diagnostics);
  });
}

function fromArgument(
  template: Template,
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
  return fromText(variable, text.slice(equals + 1), '-var', diagnostics);
}

function fromText(
  variable: VariableDeclaration,
  text: string,
  from: string,
  diagnostics: Diagnostics,
): readonly Assignment[] {
  const source = { name: `<value for var.${variable.name} from ${from}>`, text };
  const value = isTakenLiterally(variable)
    ? stringValue(text)
    : parseValueText(source, variable, from, diagnostics);
  if (value === undefined) return [];
  // A secret must not be quoted back in a diagnostic, so a sensitive value has no range to show.
  const range = variable.sensitive ? undefined : rangeOf(source, 0, text.length);
  return [{ variable, value, from, range }];
}

/** Strings, numbers and untyped variables take the text as it is; all others read it as an expression. */
function isTakenLiterally(variable: VariableDeclaration): boolean {
  const type = variable.type;
  if (type.kind === 'any') return variable.default === undefined || !hasType(variable.default);
  return isTextual(type);
}

function isTextual(type: Type): boolean {
  return type.kind === 'string' || type.kind === 'number';
}

/** A default such as `[1]` or `true` gives the variable a type that text alone could not have. */
function hasType(expression: Expression): boolean {
  if (expression.kind === 'tuple' || expression.kind === 'object')
    return expression.items.length > 0;
  if (expression.kind === 'literal') return expression.value !== null;
  return expression.kind === 'for';
}

function fromFile(
  template: Template,
  file: string,
  warnUndeclared: boolean,
  diagnostics: Diagnostics,
): readonly Assignment[] {
  if (!/\.(?:hcl|json)$/.test(file)) {
    diagnostics.add(messages.unknownVariableFile(file));
    return [];
  }
  const parsed = readConfigFile(file, diagnostics);
  const items = parsed === undefined ? [] : itemsOf(parsed, diagnostics);
  return items.flatMap((item) => {
    if (item.kind === 'attribute')
      return fromAttribute(template, item, warnUndeclared, diagnostics);
    diagnostics.add(messages.declarationInVariableFile(item));
    return [];
  });
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
  const value = evaluate(literalExpression(attribute), { variables: new Map() }, diagnostics);
  const variable = template.variables.get(name);
  if (variable === undefined) {
    const similar = suggest(name, [...template.variables.keys()]);
    if (warnUndeclared) {
      diagnostics.add(messages.undefinedVariable(name, similar, attribute.name.range));
    }
    return [];
  }
  const from = `the variable file ${attribute.range.source.name}`;
  return [{ variable, value, from, range: attribute.value.range }];
}
