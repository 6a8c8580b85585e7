import type { RunContext } from '@bake/plugin-sdk';
import { formatGo } from '@bake/plugin-sdk/go-template';
import { scriptVariables, type VariableOptions } from '@bake/plugin-sdk/scripts';

/**
 * A script's variables as one text: those of the options and Packer's own, sorted by name, each written
 * by `format` (Go's printf, with name and value), which puts single quotes around values.
 */
export function formatVariables(
  options: VariableOptions,
  format: string,
  context: Pick<RunContext, 'build' | 'data'>,
): string {
  return scriptVariables(options, context)
    .map(([name, value]) => formatGo(format, [name, quoted(value)]))
    .join('');
}

/** For a place between single quotes: each one in the value ends them, stands in double ones, and opens them again. */
function quoted(value: string): string {
  return value.replaceAll("'", `'"'"'`);
}
