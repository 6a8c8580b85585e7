import type { ServerChannel, Session } from 'ssh2';
import { ChannelWriter } from '../../ssh-server/channel-writer.ts';
import type { ShellProcess } from './process-group.ts';
import type { Shells } from './shells.ts';

/** Time in milliseconds that a command gets between TERM and KILL when its client has gone away. */
const grace = 500;

/** Runs the commands of one session. */
export function serveCommands(session: Session, shells: Shells): void {
  let running: ShellProcess | undefined;
  const start = (channel: ServerChannel, command: string): void => {
    running = shells.start(command);
    void serve(channel, running);
  };
  // There is no terminal behind it, but clients that ask for one shall get on.
  session.on('pty', (accept) => accept?.());
  session.on('exec', (accept, _reject, info) => start(accept(), info.command));
  session.on('shell', (accept) => start(accept(), 'exec /bin/sh'));
  // Commands without input have seen its end when they are signalled; ssh2 would not hear of it then.
  session.on('eof', () => Reflect.set(session, '_ending', false));
  session.on('signal', (accept, _reject, info) => {
    running?.kill(`SIG${info.name}` as NodeJS.Signals);
    accept?.();
  });
}

async function serve(channel: ServerChannel, shell: ShellProcess): Promise<void> {
  const client = new AbortController();
  channel.once('close', () => client.abort());
  channel.on('error', () => client.abort());
  channel.pipe(shell.stdin);
  const kill = killOnAbort(shell, client.signal);
  const writer = new ChannelWriter(channel, client.signal);
  const output = Promise.all([
    writer.pump(shell.stdout, 'stdout'),
    writer.pump(shell.stderr, 'stderr'),
  ]);
  const end = await shell.ended;
  if (!client.signal.aborted) {
    if (end.signal === null) channel.exit(end.code ?? 255);
    else channel.exit(end.signal.slice('SIG'.length), false, '');
  }
  await output;
  kill.dismiss();
  channel.end();
}

/** What a client left behind must not run on: the server that it belongs to is private. */
function killOnAbort(shell: ShellProcess, signal: AbortSignal): { dismiss(): void } {
  let timer: NodeJS.Timeout | undefined;
  const kill = (): void => {
    shell.kill('SIGTERM');
    timer = setTimeout(() => shell.kill('SIGKILL'), grace);
    void shell.ended.then(() => clearTimeout(timer));
  };
  signal.addEventListener('abort', kill, { once: true });
  return { dismiss: () => signal.removeEventListener('abort', kill) };
}
