import type { RunContext } from '@bake/plugin-sdk';
import { formatGo } from '@bake/plugin-sdk/go-template';

/** How a script's variables are given. */
export interface VariableOptions {
  /** `NAME=value`, each; checked before. */
  readonly environment_vars: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>> | undefined;
}

/**
 * A script's variables as one text: those of the options and Packer's own, sorted by name, each written
 * by `format` (Go's printf, with name and value), which puts single quotes around values.
 */
export function formatVariables(
  options: VariableOptions,
  format: string,
  context: Pick<RunContext, 'build' | 'data'>,
): string {
  const variables = new Map<string, string>(packerVariables(context));
  for (const variable of options.environment_vars ?? []) {
    const split = variable.indexOf('=');
    variables.set(variable.slice(0, split), variable.slice(split + 1));
  }
  for (const [name, value] of Object.entries(options.env ?? {})) {
    variables.set(name, value);
  }
  return [...variables.keys()]
    .sort()
    .map((name) => formatGo(format, [name, quoted(variables.get(name) ?? '')]))
    .join('');
}

/** For a place between single quotes: each one in the value ends them, stands in double ones, and opens them again. */
function quoted(value: string): string {
  return value.replaceAll("'", `'"'"'`);
}

function packerVariables({
  build,
  data,
}: Pick<RunContext, 'build' | 'data'>): readonly (readonly [string, string])[] {
  const ofServer = (['Addr', 'IP', 'Port'] as const).flatMap((part) => {
    const value = String(data[`PackerHTTP${part}`] ?? '');
    // A builder without an HTTP server gives no value or, as in Packer, a text that says so.
    return value === '' || value.startsWith('ERR_HTTP')
      ? []
      : [[`PACKER_HTTP_${part.toUpperCase()}`, value] as const];
  });
  return [
    ['PACKER_BUILD_NAME', build.sourceName],
    ['PACKER_BUILDER_TYPE', build.builderType],
    ...ofServer,
  ];
}
