/** Boots a disk in QEMU, logs in by SSH as soon as that works, turns it off, and ends with it: `boot-disk.js DISK`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awaitBanner } from '../../packages/plugin-qemu/dist/machine/await-banner.js';
import { Qmp } from '../../packages/plugin-qemu/dist/machine/qmp.js';

const load = createRequire(join(import.meta.dirname, '../../packages/plugin-sdk/package.json'));
const { Client } = load('ssh2');

const [disk] = process.argv.slice(2);
const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();
server.close();
const control = join(tmpdir(), `bake-bench-${process.pid}`);
const args = [
  ...['-machine', 'type=pc,accel=tcg', '-m', '512M', '-snapshot', '-display', 'none', '-boot', 'c'],
  ...['-drive', `file=${disk},if=virtio`, '-serial', 'null', '-monitor', 'none'],
  ...['-qmp', `unix:${control},server=on,wait=off`],
  ...[
    '-netdev',
    `user,id=user.0,hostfwd=tcp:127.0.0.1:${port}-:22`,
    '-device',
    'virtio-net,netdev=user.0',
  ],
];
const qemu = spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'ignore', 'inherit'] });
const ended = once(qemu, 'exit');
process.once('exit', () => {
  qemu.kill('SIGKILL');
  rmSync(control, { force: true });
});
const client = await firstLogin();
client.exec('sudo poweroff', () => undefined);
await ended;
process.exit();

/** As soon as the machine answers; bake looks for that in the same way, and also tries again. */
async function firstLogin() {
  const { signal } = new AbortController();
  const qmp = await Qmp.open(control, signal);
  for (;;) {
    await awaitBanner(qmp, port, signal);
    const client = new Client();
    const login = { username: 'packer', password: 'packer', readyTimeout: 300_000 };
    client.connect({ host: '127.0.0.1', port, ...login });
    const isIn = await once(client, 'ready').then(
      () => true,
      () => false,
    );
    if (isIn) return client;
  }
}
