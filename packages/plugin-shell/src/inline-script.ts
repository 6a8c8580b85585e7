import type { RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';

/** The text of a script made of commands, which may hold `{{ .ID }}` and the like. */
export function inlineScript(
  commands: readonly string[],
  shebang: string,
  context: Pick<RunContext, 'build' | 'data'>,
): string {
  const lines = commands.map((command) => `${renderForBuild(command, context)}\n`);
  return (shebang === '' ? '' : `#!${shebang}\n`) + lines.join('');
}
