import type { BuildOutline, GivenVariable, GivenVariables, RootValues } from '@bake/core';
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
  readonly found?: {
    readonly variables: GivenVariables;
    readonly values: RootValues;
    readonly builds: readonly BuildOutline[];
  };
}

/**
 * The inspection as one JSON document. Variables, locals and data are objects by name; a `value` or
 * `default` is left out when it is secret or not known, or when JSON has no such value (an infinity).
 */
export function inspectionJson({ diagnostics, found }: Inspection): string {
  const document = {
    format: 1,
    diagnostics: diagnostics.map(shownDiagnostic),
    ...(found !== undefined && {
      variables: Object.fromEntries(
        [...found.variables].map(([name, variable]) => [name, shownVariable(variable)]),
      ),
      locals: Object.fromEntries(
        [...found.values.locals].map(([name, value]) => [name, shownValue(value)]),
      ),
      data: Object.fromEntries(
        [...found.values.data].flatMap(([type, byName]) =>
          [...byName].map(([name, value]) => [`${type}.${name}`, shownValue(value)]),
        ),
      ),
      builds: found.builds,
    }),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
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
