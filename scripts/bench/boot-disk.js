/** Boots a disk in QEMU, logs in by SSH as soon as that works, turns it off, and ends with it: `boot-disk.js DISK`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const load = createRequire(join(import.meta.dirname, '../../packages/plugin-sdk/package.json'));
const { Client } = load('ssh2');

const [disk] = process.argv.slice(2);
const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();
server.close();
const args = [
  ...['-machine', 'type=pc,accel=tcg', '-m', '512M', '-snapshot', '-display', 'none', '-boot', 'c'],
  ...['-drive', `file=${disk},if=virtio`, '-serial', 'null', '-monitor', 'none'],
  ...['-netdev', `user,id=n,hostfwd=tcp:127.0.0.1:${port}-:22`, '-device', 'virtio-net,netdev=n'],
];
const qemu = spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'ignore', 'inherit'] });
const ended = once(qemu, 'exit');
process.once('exit', () => qemu.kill('SIGKILL'));
const client = await firstLogin();
client.exec('sudo poweroff', () => undefined);
await ended;
process.exit();

/**
 * QEMU holds connections back that came before the machine, so these are given up for new ones; but many of them
 * keep a slow machine from answering any.
 */
async function firstLogin() {
  while (!(await answers(3000)));
  const client = new Client();
  client.connect({ host: '127.0.0.1', port, username: 'packer', password: 'packer' });
  await once(client, 'ready');
  return client;
}

async function answers(patience) {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    const data = once(socket, 'data').then(
      () => true,
      () => false,
    );
    return await Promise.race([data, sleep(patience, false)]);
  } finally {
    socket.destroy();
  }
}
