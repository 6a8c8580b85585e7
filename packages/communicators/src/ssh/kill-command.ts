import type { ClientChannel } from 'ssh2';

/** What commands are told when they are to end, the second when they did not heed the first. */
export type KillSignal = 'TERM' | 'KILL';

interface Internals {
  readonly outgoing: { readonly id: number; readonly state: string };
  readonly _client: { readonly _protocol?: { signal?(channel: number, name: string): void } };
}

/**
 * Asks the server to signal the command of a channel. ssh2's own `channel.signal()` does nothing once
 * stdin has ended, which it has for nearly every command, although the protocol allows it.
 */
export function signalCommand(channel: ClientChannel, name: KillSignal): void {
  const { outgoing, _client: client } = channel as unknown as Internals;
  if (outgoing.state !== 'open' && outgoing.state !== 'eof') return;
  client._protocol?.signal?.(outgoing.id, name);
}

/**
 * A command that signals everything that runs beside it on the same connection, for servers that refuse
 * to signal: OpenSSH does for root. Every command of a connection is a child of the process that serves
 * the connection and leads a process group. Works where there is `/proc`; elsewhere, and where another
 * program serves the connection, it does nothing: what else is a child of that program is not ours.
 */
export function killSiblings(name: KillSignal): string {
  const script = `
    read -r parent < "/proc/$PPID/comm"
    case $parent in sshd*) ;; *) exit ;; esac
    for f in /proc/[0-9]*/stat; do
      read -r s < "$f" || continue
      case $s in *"(sshd"* | *"(sftp-server"*) continue ;; esac
      p=\${s%% *}
      set -- \${s##*) }
      if [ "$2" = "$PPID" ] && [ "$p" != "$$" ]; then kill -s ${name} -- "-$p"; fi
    done`;
  return `exec sh -c '${script}' 2>/dev/null`;
}
