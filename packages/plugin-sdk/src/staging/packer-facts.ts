import type { RunContext } from '../context.ts';
import { scriptVariables } from '../scripts/variables.ts';

/** What tools are told of the build, by name: `packer_build_name`, `packer_builder_type` and, where a builder serves files, `packer_http_addr`. */
export function packerFacts(
  context: Pick<RunContext, 'build' | 'data'>,
): readonly (readonly [name: string, value: string])[] {
  const none = { environment_vars: undefined, env: undefined };
  const told = ['packer_build_name', 'packer_builder_type', 'packer_http_addr'];
  return scriptVariables(none, context)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => told.includes(name));
}
