import { type Guest, shellQuoted } from '@bake/plugin-sdk/staging';
import { encodedCommand, singleQuoted } from '@bake/plugin-sdk/windows';
import type { SaltConfig } from './component.ts';

/** Moves what was uploaded to where Salt looks for it, in place of what is there. */
export function moveCommand(from: string, to: string, { system, sudo }: Guest): string {
  if (system === 'windows') {
    const [source, target] = [singleQuoted(from), singleQuoted(to)];
    const parent = singleQuoted(to.slice(0, to.lastIndexOf('/')));
    return encodedCommand(
      'powershell.exe',
      `$ErrorActionPreference = 'Stop'; New-Item -ItemType Directory -Force -Path ${parent} | Out-Null; if (Test-Path -LiteralPath ${target}) { Remove-Item -LiteralPath ${target} -Recurse -Force }; Move-Item -LiteralPath ${source} -Destination ${target}`,
    );
  }
  const script = 'mkdir -p "$(dirname "$2")" && rm -rf "$2" && mv "$1" "$2"';
  return `${sudo ? 'sudo ' : ''}sh -c ${shellQuoted(script)} sh ${shellQuoted(from)} ${shellQuoted(to)}`;
}

const bootstrap = 'https://github.com/saltstack/salt-bootstrap/releases/latest/download';

/** Installs Salt, by the script that the Salt project publishes: https://docs.saltproject.io/salt/install-guide/ */
export function bootstrapCommands(
  { bootstrap_args: args = '', guest_os_type, disable_sudo }: SaltConfig,
  folder: string,
): readonly string[] {
  if (guest_os_type === 'windows') {
    const path = `${folder}/bootstrap-salt.ps1`;
    const fetch = `[Net.ServicePointManager]::SecurityProtocol = 'Tls12'; Invoke-WebRequest -UseBasicParsing -Uri ${bootstrap}/bootstrap-salt.ps1 -OutFile ${singleQuoted(path)}`;
    return [
      encodedCommand('powershell.exe', `$ErrorActionPreference = 'Stop'; ${fetch}`),
      `powershell -ExecutionPolicy Bypass -File "${path}" ${args}`.trimEnd(),
    ];
  }
  const path = shellQuoted(`${folder}/install_salt.sh`);
  const url = `${bootstrap}/bootstrap-salt.sh`;
  return [
    `curl -fsSL -o ${path} ${url} || wget -q -O ${path} ${url}`,
    `${disable_sudo ? '' : 'sudo '}sh ${path} ${args}`.trimEnd(),
  ];
}

/** Applies the states. `roots` are told to Salt unless it has a configuration of its own. */
export function saltCallCommand(
  salt: SaltConfig,
  roots: { readonly stateTree: string; readonly pillarRoots: string } | undefined,
): string {
  const isWindows = salt.guest_os_type === 'windows';
  const quoted = (text: string): string => (isWindows ? `"${text}"` : shellQuoted(text));
  const folder = salt.salt_bin_dir ? `${salt.salt_bin_dir.replace(/[\\/]+$/, '')}/` : '';
  const program = `${folder}salt-call${isWindows ? '.bat' : ''}`;
  return [
    isWindows || salt.disable_sudo ? '' : 'sudo',
    folder === '' ? program : quoted(program),
    '--local',
    salt.custom_state ? `state.sls ${quoted(salt.custom_state)}` : 'state.highstate',
    roots === undefined
      ? ''
      : `--file-root=${quoted(roots.stateTree)} --pillar-root=${quoted(roots.pillarRoots)}`,
    salt.no_exit_on_failure ? '' : '--retcode-passthrough',
    `-l ${salt.log_level || 'info'}`,
    salt.salt_call_args ?? '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}
