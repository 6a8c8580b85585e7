import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A program in the place of `ansible-playbook` or `ansible-galaxy` that prints what it is given: arguments, the files that
 * `@` and `-i` name, and Ansible's part of the environment. It ends with `EXIT`.
 */
export function standIn(folder: string, name: string): string {
  const path = join(folder, name);
  const script = `#!/bin/sh
if [ "$1" = --version ]; then echo "\${VERSION:-ansible-playbook [core 2.14.3]}"; exit; fi
echo "${name}:$(printf ' <%s>' "$@")"
for arg in "$@"; do
  case $arg in @*) echo "file:"; cat "\${arg#@}"; echo; stat -c 'mode %a' "\${arg#@}";; esac
  if [ "$last" = -i ]; then echo "inventory:"; cat "$arg"; stat -c 'mode %a' "$arg"; fi
  last=$arg
done
env | grep -E '^(ANSIBLE|WORD)' | sort
exit \${EXIT:-0}
`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}
