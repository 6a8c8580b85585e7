import type { BuildOutline, GivenVariable, GivenVariables, RootValues, Template } from '@bake/core';
import {
  containsSensitive,
  type Diagnostic,
  isWhollyKnown,
  NotJson,
  showRange,
  typeText,
  type Value,
  valueToJson,
} from '@bake/hcl';
import type { DiagnosticsView } from './diagnostics.ts';

/** What is to be told of a template; without `found` when it could not be read. */
export interface Inspection {
  readonly diagnostics: readonly Diagnostic[];
  readonly found?: InspectedParts;
}

/** The parts of a template in HCL, or of one in the legacy JSON format, whose variables are text. */
export type InspectedParts = { readonly builds: readonly BuildOutline[] } & (
  | { readonly variables: GivenVariables; readonly values: RootValues }
  | { readonly legacy: LegacyVariables }
);

type LegacyVariables = NonNullable<Template['legacy']>['variables'];

/**
 * The inspection as one JSON document. Variables, locals and data are objects by name; a `value` or
 * `default` is left out when it is secret or not known, or when JSON has no such value (an infinity).
 */
export function inspectionJson({ diagnostics, found }: Inspection): string {
  const document = {
    format: 1,
    diagnostics: diagnostics.map(shownDiagnostic),
    ...(found !== undefined && shownParts(found)),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function shownParts(found: InspectedParts): object {
  const { builds } = found;
  if ('legacy' in found) {
    const variables = mapped(found.legacy, shownLegacyVariable);
    return { variables, locals: {}, data: {}, builds };
  }
  const { variables, values } = found;
  return {
    variables: mapped(variables, shownVariable),
    locals: mapped(values.locals, shownValue),
    data: Object.fromEntries(
      [...values.data].flatMap(([type, byName]) =>
        [...byName].map(([name, value]) => [`${type}.${name}`, shownValue(value)]),
      ),
    ),
    builds,
  };
}

function mapped<T>(values: ReadonlyMap<string, T>, show: (value: T) => unknown): unknown {
  return Object.fromEntries([...values].map(([name, value]) => [name, show(value)]));
}

/** Keeps diagnostics for a document instead of showing them. */
export class KeptDiagnostics implements DiagnosticsView {
  readonly #list: Diagnostic[] = [];

  get list(): readonly Diagnostic[] {
    return this.#list;
  }

  show(diagnostics: readonly Diagnostic[]): void {
    this.#list.push(...diagnostics);
  }

  note(): void {
    // Notes are for people.
  }

  say(): void {
    // So is what data sources say.
  }
}

function shownDiagnostic({ severity, code, summary, detail, subject }: Diagnostic): unknown {
  return { severity, code, summary, detail, subject: subject && showRange(subject) };
}

function shownVariable(variable: GivenVariable): unknown {
  const { declaration, type, value } = variable;
  const { description, sensitive } = declaration;
  return {
    type: typeText(type),
    description,
    sensitive,
    required: declaration.default === undefined,
    default: sensitive || variable.default === undefined ? undefined : plain(variable.default),
    value: plain(value),
  };
}

function shownLegacyVariable(
  variable: LegacyVariables extends ReadonlyMap<string, infer V> ? V : never,
): unknown {
  const { default: value, sensitive } = variable;
  const shown = sensitive || value === null ? undefined : value.value;
  return { type: 'string', sensitive, required: value === null, default: shown };
}

function shownValue(value: Value): unknown {
  return { sensitive: containsSensitive(value), value: plain(value) };
}

/** The value as JSON data; `undefined` when it must not or cannot be shown. */
function plain(value: Value): unknown {
  if (containsSensitive(value) || !isWhollyKnown(value)) return undefined;
  try {
    return JSON.parse(valueToJson(value));
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}
