import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testContext } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import winrm from '../src/winrm/component.ts';
import { options } from './options.ts';
import { pythonPeer } from './python-peer.ts';

/** Our client against logins and seals that others have made. */
const peer = await pythonPeer(['pyspnego==0.12.4']);

if ('reason' in peer) {
  console.warn(`SKIPPED: winrm against pyspnego: ${peer.reason}`);
  test.skip(`winrm against pyspnego: ${peer.reason}`, () => undefined);
} else {
  registerTests(peer.path);
}

function registerTests(path: string): void {
  let folder: string;
  let server: ChildProcessWithoutNullStreams;
  let port: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bake-spnego-'));
    const users = join(folder, 'users');
    await writeFile(users, 'CORP:Jörg:Sesame, öffne dich!\n');
    server = spawn('python3', [join(import.meta.dirname, 'spnego-server.py')], {
      env: { ...process.env, PYTHONPATH: path, NTLM_USER_FILE: users },
    });
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    port = Number(line.toString());
  });
  afterAll(async () => {
    server.stdin.end();
    await once(server, 'close');
    await rm(folder, { recursive: true });
  });

  test('winrm logs in by NTLM and seals', async () => {
    const target = {
      host: '127.0.0.1',
      port,
      username: 'CORP\\Jörg',
      password: 'Sesame, öffne dich!',
    };
    const config = options({ winrm_use_ntlm: true, winrm_timeout: 5000 });
    const communicator = await winrm.connect(config, target, testContext());
    let output = '';
    const result = await communicator.run({
      command: 'echo',
      onStdout: (chunk) => {
        output += Buffer.from(chunk).toString();
      },
      signal: new AbortController().signal,
    });
    expect(result).toEqual({ exitCode: 0, disconnected: false });
    expect(output).toBe('WinRM connected. häuser\n');
    await communicator.close();
  });

  test('winrm is not let in with a wrong password', async () => {
    const target = { host: '127.0.0.1', port, username: 'CORP\\Jörg', password: 'wrong' };
    const config = options({ winrm_use_ntlm: true, winrm_timeout: 1000 });
    await expect(winrm.connect(config, target, testContext())).rejects.toMatchObject({
      detail: expect.stringContaining('it does not take the user and password'),
    });
  });
}
