import type { RunContext } from '../context.ts';

/** How a script's variables are given. */
export interface VariableOptions {
  /** `NAME=value`, each; checked before. */
  readonly environment_vars: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>> | undefined;
}

/** A script's variables by name, sorted: those of the options over Packer's own. */
export function scriptVariables(
  options: VariableOptions,
  context: Pick<RunContext, 'build' | 'data'>,
): readonly (readonly [name: string, value: string])[] {
  const variables = new Map<string, string>(packerVariables(context));
  for (const variable of options.environment_vars ?? []) {
    const split = variable.indexOf('=');
    variables.set(variable.slice(0, split), variable.slice(split + 1));
  }
  for (const [name, value] of Object.entries(options.env ?? {})) {
    variables.set(name, value);
  }
  return [...variables.keys()].sort().map((name) => [name, variables.get(name) ?? '']);
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
