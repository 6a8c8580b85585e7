import type { FlagSpec } from '../arguments/flags.ts';
import type { Command } from '../commands/command.ts';

/** Shells that a script can be had for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A script that teaches a shell to complete commands, options, their values and paths. */
export function completionScript(shell: Shell, commands: readonly Command[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(commands);
    case 'zsh':
      // Zsh runs completions that were written for bash.
      return `autoload -Uz compinit bashcompinit\n(( $+functions[compdef] )) || compinit\nbashcompinit\n${bashScript(commands)}`;
    case 'fish':
      return fishScript(commands);
  }
}

function bashScript(commands: readonly Command[]): string {
  const cases = commands.map(
    ({ name, flags, words = [] }) =>
      `    ${name}) options="${Object.entries(flags)
        .map(([flag, spec]) => optionWord(flag, spec))
        .join(' ')}"; words="${words.join(' ')}" ;;`,
  );
  const values = unique(
    commands.flatMap(({ name, flags }) =>
      Object.entries(flags).flatMap(([flag, { oneOf }]) =>
        oneOf === undefined ? [] : [`    ${name}:-${flag}) values="${oneOf.join(' ')}" ;;`],
      ),
    ),
  );
  return `# Completion for bake; load it with: source <(bake completion bash)
_bake() {
  local word="\${COMP_WORDS[COMP_CWORD]}" command="\${COMP_WORDS[1]}" option="" options="" words="" values="" prefix="" index
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} help" -- "$word"))
    return
  fi
  case "$command" in
    help) COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$word")); return ;;
${cases.join('\n')}
  esac
  # Bash makes words of their own of "=" and what is around it.
  if [ "$word" = "=" ]; then option="\${COMP_WORDS[COMP_CWORD-1]}"; word=""
  elif [ "\${COMP_WORDS[COMP_CWORD-1]}" = "=" ]; then option="\${COMP_WORDS[COMP_CWORD-2]}"
  elif [[ "$word" == -*=* ]]; then option="\${word%%=*}"; word="\${word#*=}"; prefix="$option="
  fi
  if [ -n "$option" ]; then
    case "$command:$option" in
${values.join('\n')}
    esac
    if [ -n "$values" ]; then COMPREPLY=($(compgen -W "$values" -- "$word"))
    else _bake_paths "$word"
    fi
    COMPREPLY=("\${COMPREPLY[@]/#/$prefix}")
    return
  fi
  if [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
    if [ "\${#COMPREPLY[@]}" -eq 1 ] && [[ "\${COMPREPLY[0]}" == *= ]]; then compopt -o nospace 2>/dev/null; fi
    return
  fi
  for ((index = 2; index < COMP_CWORD; index++)); do
    [[ "\${COMP_WORDS[index]}" == -* ]] || [ "\${COMP_WORDS[index]}" = "=" ] || [ "\${COMP_WORDS[index-1]}" = "=" ] || words=""
  done
  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$word"))
  else _bake_paths "$word"
  fi
}
# A name may have spaces. The shell puts a slash behind folders, where the word is the path and nothing else.
_bake_paths() {
  local IFS=$'\\n'
  [ -n "$prefix" ] || compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$1"))
}
complete -F _bake bake
`;
}

/** An option that takes a value goes on behind the "=". */
function optionWord(name: string, { kind }: FlagSpec): string {
  return kind === 'bool' ? `-${name}` : `-${name}=`;
}

function fishScript(commands: readonly Command[]): string {
  const lines = commands.flatMap(({ name, summary, flags, words = [] }) => [
    `complete -c bake -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...(words.length === 0
      ? []
      : [
          `complete -c bake -n '__fish_seen_subcommand_from ${name}' -f -a ${quoted(words.join(' '))}`,
        ]),
    ...Object.entries(flags).map(([flag, spec]) => {
      const value =
        spec.kind === 'bool'
          ? ''
          : spec.oneOf === undefined
            ? ' -r'
            : ` -x -a ${quoted(spec.oneOf.join(' '))}`;
      return `complete -c bake -n '__fish_seen_subcommand_from ${name}' -o ${flag}${value} -d ${quoted(spec.help)}`;
    }),
  ]);
  const names = commands.map(({ name }) => name).join(' ');
  return `# Completion for bake; load it with: bake completion fish | source
complete -c bake -n __fish_use_subcommand -f -a help -d 'Says more about a command.'
complete -c bake -n '__fish_seen_subcommand_from help' -f -a ${quoted(names)}
${lines.join('\n')}
`;
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}

function unique(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)];
}
