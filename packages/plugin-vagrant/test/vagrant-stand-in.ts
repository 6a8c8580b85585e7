import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Stands in for Vagrant where none is to be started: it writes down its calls, keeps boxes and machines as files, and
 * fails where it is told to. What it prints is in the form of `vagrant --machine-readable`.
 */
const script = `#!/bin/bash
state=$STAND_IN
echo "$*" >> "$state/calls"
[ "$1" != --machine-readable ] || shift
[ -z "$VAGRANT_VAGRANTFILE" ] || [ "$1" = --version ] || exit 9
if [ "$1" = --version ]; then cat "$state/version"; exit; fi
say() { printf '1700000000,%s,ui,info,%s\\n' "$1" "$2"; }
if [ -e "$state/fail-$1" ]; then
  [ "$1" != box ] || [ ! -e "$state/meanwhile" ] || { made=$(cat "$state/meanwhile"); mkdir -p "$made"; touch "$made/metadata.json"; }
  say '' 'about to fail'
  echo 'a warning of Ruby' >&2
  printf '1700000000,,error-exit,Vagrant::Errors::Some,%s\\n' "$(cat "$state/fail-$1")"
  [ "$1" != up ] || touch "$state/machine"
  exit 1
fi
case "$1 $2" in
  'plugin list') printf '1700000000,,plugin-name,%s\\n' $(cat "$state/plugins") ;;
  'box add') mkdir -p "$VAGRANT_HOME/boxes/$3/1/libvirt"; touch "$VAGRANT_HOME/boxes/$3/1/libvirt/metadata.json" ;;
  'box remove') say '' 'its disk stays with its provider'; [ ! -e Vagrantfile ] || exit 8; rm -r "$VAGRANT_HOME/boxes/$3/$5"; rmdir "$VAGRANT_HOME/boxes/$3" || : ;;
  up*) trap 'touch "$state/interrupted"; exit 1' INT; touch "$state/machine"; mkdir -p ".vagrant/machines/$2/libvirt"; touch ".vagrant/machines/$2/libvirt/id"; say "$2" "==> $2: Bringing it up%!(VAGRANT_COMMA) slowly"
    echo 'a line of another program'
    [ ! -e "$state/hang" ] || { sleep 600 > /dev/null 2>&1 & wait; }
    printf '1700000000,%s,metadata,provider,libvirt\\n' "$2" ;;
  ssh-config*) printf '1700000000,%s,ssh-config,%s\\n' "$2" "$(cat "$state/ssh-config")" ;;
  package*) [ ! -e "$state/package.box" ] || cp "$state/package.box" package.box ;;
  destroy*) rm -f "$state/machine" ".vagrant/machines/$3/libvirt/id" ;;
esac
`;

/** What a machine says of itself, with ends of lines as Vagrant writes them. */
export const sshConfig =
  'Host source\\n  HostName 192.0.2.7\\n  User vagrant\\n  Port 2222\\n  IdentityFile "/keys/my key"\\n  IdentityFile /other\\n';

/** The stand-in, and what it has done. */
export interface StandIn {
  /** Variables for it to be found by, and to keep its boxes in. */
  readonly environment: Readonly<Record<string, string>>;
  readonly calls: readonly string[];
  /** Whether there is a machine. */
  readonly hasMachine: boolean;
  readonly hasBox: (name: string) => boolean;
  /** Writes a file that it reads: \`fail-up\` with the error, \`version\`, \`plugins\`, \`package.box\`. */
  set(name: string, content: string | Buffer): void;
}

/** Makes the stand-in in a folder, with programs that do nothing beside it. */
export function makeStandIn(folder: string, programs: readonly string[]): StandIn {
  const [bin, state, home] = ['bin', 'state', 'home'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [bin, state, home]) mkdirSync(path);
  const program = (name: string, text: string): void => {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  };
  program('vagrant', script);
  for (const name of programs) program(name, '#!/bin/sh\n');
  const set = (name: string, content: string | Buffer): void =>
    writeFileSync(join(state, name), content);
  set('version', 'Vagrant 2.3.4\n');
  set('plugins', 'vagrant-libvirt');
  set('ssh-config', sshConfig);
  const calls = join(state, 'calls');
  return {
    environment: {
      PATH: [bin, '/usr/bin', '/bin'].join(delimiter),
      STAND_IN: state,
      VAGRANT_HOME: home,
    },
    get calls() {
      const lines = existsSync(calls)
        ? readFileSync(calls, 'utf8').split('\n').filter(Boolean)
        : [];
      return lines.map((line) => line.replace('--machine-readable ', ''));
    },
    get hasMachine() {
      return existsSync(join(state, 'machine'));
    },
    hasBox: (name) => existsSync(join(home, 'boxes', name)),
    set,
  };
}
