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
  const help = { name: 'help', summary: 'Says more about a command: bake help build.' };
  const all = [...commands, help];
  const width = Math.max(...all.map(({ name }) => name.length)) + 2;
  const lines = all.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
  return `Usage: bake COMMAND [options] [PATH]\n\n${lines.join('\n')}\n\nWith -machine-readable, anywhere, every command tells programs what it says.\n`;
}
