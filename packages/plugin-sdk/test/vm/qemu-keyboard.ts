import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const program = 'qemu-system-x86_64';

/** Why no QEMU can be started here, if none can. */
export function whyNoQemu(): string | undefined {
  return spawnSync(program, ['--version']).status === 0
    ? undefined
    : `skipped: there is no ${program} on PATH (Debian: qemu-system-x86)`;
}

/** A machine that has no system and tells what its keyboard sends. */
export interface KeyboardMachine {
  readonly vncPort: number;
  /** Runs a command of QMP. */
  command(name: string, given?: object): Promise<unknown>;
  /** What the keyboard has sent since the last call (scan codes, set 1), once it ends with these. */
  scanCodesTo(ending: readonly number[]): Promise<readonly number[]>;
  stop(): Promise<void>;
}

/**
 * The first sector of its disk: writes an R to the serial line, then whatever the keyboard's controller
 * has (ports 0x64, 0x60), byte by byte.
 */
const sector = Buffer.alloc(512);
Buffer.from(
  [
    [0xfa], // cli
    [0xb0, 0x52, 0xba, 0xf8, 0x03, 0xee], // mov al, 'R'; mov dx, 0x3f8; out dx, al
    [0xe4, 0x64, 0xa8, 0x01, 0x74, 0xfa], // 1: in al, 0x64; test al, 1; jz 1
    [0xe4, 0x60, 0x88, 0xc3, 0xba, 0xfd, 0x03], // in al, 0x60; mov bl, al; mov dx, 0x3fd
    [0xec, 0xa8, 0x20, 0x74, 0xfb], // 2: in al, dx; test al, 0x20; jz 2
    [0x88, 0xd8, 0xba, 0xf8, 0x03, 0xee], // mov al, bl; mov dx, 0x3f8; out dx, al
    [0xeb, 0xe6], // jmp 1
  ].flat(),
).copy(sector);
sector.writeUInt16LE(0xaa55, 510);

/** Starts the machine; with a password its VNC server asks for one. */
export async function startKeyboardMachine(password?: string): Promise<KeyboardMachine> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-keys-'));
  const disk = join(folder, 'disk');
  await writeFile(disk, sector);
  const socket = join(folder, 'qmp');
  const line = join(folder, 'serial');
  const args = [
    ['-accel', 'tcg', '-m', '16', '-display', 'none', '-nic', 'none', '-no-reboot'],
    [
      '-drive',
      `file=${disk},format=raw,snapshot=on`,
      '-serial',
      `unix:${line},server=on,wait=on`,
      '-monitor',
      'none',
    ],
    ['-vnc', `127.0.0.1:100,to=9000,password=${password === undefined ? 'off' : 'on'}`],
    ['-qmp', `unix:${socket},server=on,wait=off`],
  ].flat();
  const qemu = spawn(program, args, { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    qemu.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const serial: number[] = [];
    (await whenThere(line, qemu)).on('data', (chunk: Buffer) => serial.push(...chunk));
    const take = (ending: readonly number[]): Promise<readonly number[]> =>
      takeBytes(qemu, serial, ending);
    const qmp = await openQmp(await whenThere(socket, qemu));
    await qmp('qmp_capabilities');
    if (password !== undefined) await qmp('set_password', { protocol: 'vnc', password });
    const { service } = (await qmp('query-vnc')) as { readonly service: string };
    await take(['R'.charCodeAt(0)]);
    return { vncPort: Number(service), command: qmp, scanCodesTo: take, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function takeBytes(
  qemu: ChildProcess,
  serial: number[],
  ending: readonly number[],
): Promise<readonly number[]> {
  while (serial.slice(-ending.length).join() !== ending.join()) {
    if (qemu.exitCode !== null || qemu.killed) throw new Error(`QEMU ended: ${qemu.exitCode}`);
    await sleep(20);
  }
  return serial.splice(0);
}

type Qmp = KeyboardMachine['command'];

async function openQmp(socket: Socket): Promise<Qmp> {
  const lines = createInterface(socket)[Symbol.asyncIterator]();
  await lines.next();
  return async (name, given = {}) => {
    socket.write(`${JSON.stringify({ execute: name, arguments: given })}\n`);
    for (;;) {
      const { value } = await lines.next();
      const reply = JSON.parse(value) as { return?: unknown; error?: unknown };
      if (reply.error !== undefined) throw new Error(JSON.stringify(reply.error));
      if (reply.return !== undefined) return reply.return;
    }
  };
}

async function whenThere(path: string, qemu: ChildProcess): Promise<Socket> {
  for (;;) {
    const socket = connect(path);
    try {
      await once(socket, 'connect');
      return socket.on('error', () => undefined);
    } catch {
      if (qemu.exitCode !== null) throw new Error(`QEMU ended with ${qemu.exitCode}`);
      await sleep(20);
    }
  }
}
