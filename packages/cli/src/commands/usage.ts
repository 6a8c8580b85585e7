import type { Command } from './command.ts';

/** The text of `bake help COMMAND`. */
export function usageOf(command: Command): string {
  const flags = Object.entries(command.flags).map(([name, { kind, value, help, oneOf }]) => {
    const placeholder = oneOf?.join('|') ?? value ?? (kind === 'bool' ? undefined : kind);
    const left = placeholder === undefined ? `-${name}` : `-${name}=${placeholder}`;
    return left.length > 30 ? `  ${left}\n${' '.repeat(34)}${help}` : `  ${left.padEnd(32)}${help}`;
  });
  const head = `Usage: bake ${command.name}${flags.length > 0 ? ' [options]' : ''} ${command.operands}`;
  const options = flags.length > 0 ? `\nOptions (before the path):\n\n${flags.join('\n')}\n` : '';
  const more = command.more === undefined ? '' : `\n${command.more}`;
  return `${head.trimEnd()}\n\n  ${command.summary}\n${options}${more}`;
}

/** The text of `bake help`. */
export function overview(commands: readonly Command[]): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`);
  return `Usage: bake COMMAND [options] [PATH]\n\n${lines.join('\n')}\n  help          Says more about a command: bake help build.\n\nWith -machine-readable, anywhere, every command tells programs what it says.\n`;
}
