import { endProcesses } from '@bake/plugin-sdk';
import type { Client, ClientChannel } from 'ssh2';

interface Internals {
  readonly outgoing: { readonly id: number; readonly state: string };
  readonly _client: { readonly _protocol?: { signal?(channel: number, name: string): void } };
}

/**
 * Asks the server to signal the command of a channel. ssh2's own `channel.signal()` does nothing once
 * stdin has ended, which it has for nearly every command, although the protocol allows it.
 */
export function signalCommand(channel: ClientChannel, name: 'TERM' | 'KILL'): void {
  const { outgoing, _client: client } = channel as unknown as Internals;
  if (outgoing.state !== 'open' && outgoing.state !== 'eof') return;
  client._protocol?.signal?.(outgoing.id, name);
}

/**
 * Every command of a connection is a child of the process that serves it, in OpenSSH. Where another program does, nothing is
 * known of its children: there, and without `/proc`, the script fails.
 */
const script = [
  'read -r c < /proc/$PPID/comm; case $c in sshd*) ;; *) exit 1 ;; esac;',
  endProcesses(
    '[ "$q" = $PPID ] && [ $p != $$ ] && read -r c < /proc/$p/comm && case $c in sshd*|sftp-server*) false ;; esac',
  ),
].join(' ');

/** Milliseconds that the script may take to begin. */
const patience = 500;

/**
 * Ends all commands of a connection with what they have started: servers refuse to signal what belongs to root, and reach
 * nothing that has left its group. `onUnable` is called as soon as it seems that the machine can't do that. Resolves when it is
 * over; never rejects.
 */
export function endCommands(client: Client, onUnable: () => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(onUnable, patience);
    let hasBegun = false;
    const begin = (): void => {
      hasBegun = true;
      clearTimeout(timer);
    };
    const end = (): void => {
      client.off('close', end);
      clearTimeout(timer);
      if (!hasBegun) onUnable();
      resolve();
    };
    client.once('close', end);
    client.exec(`exec sh -c '${script}' 2>/dev/null`, (error, channel) => {
      if (error) return end();
      channel.once('data', begin);
      channel.once('close', end);
      ignore(channel);
    });
  });
}

/** Lets a command come to its end with no one listening. */
export function ignore(channel: ClientChannel): void {
  channel.on('error', () => undefined);
  channel.resume();
  channel.stderr.resume();
  channel.end();
}
