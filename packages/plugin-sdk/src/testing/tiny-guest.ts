import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** Why no machine can be started in QEMU here, if none can. */
export function whyNoQemu(): string | undefined {
  for (const program of ['qemu-system-x86_64', 'qemu-img']) {
    if (spawnSync(program, ['--version']).status !== 0) {
      return `there is no ${program} on PATH (Debian: qemu-system-x86, qemu-utils)`;
    }
  }
  return undefined;
}

/** What a guest does after it has said its word. */
export type GuestConduct = 'turn off' | 'stay' | 'fill the disk' | 'print keys';

/** Where the BIOS puts the first sector of a disk. */
const origin = 0x7c00;

/** Interrupts off, segments to zero, a stack below us. */
const prologue = [0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xd0, 0xbc, 0x00, 0x7c, 0xfb];

/** hlt, for ever. */
const stay = [0xf4, 0xeb, 0xfd];

/** Writes 0x2000 to port 0x604: how PCs of QEMU (i440FX) turn off. */
const turnOff = [0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef];

/** Waits for keys (int 16h) and sends each to the serial port; Enter turns off. */
const printKeys = [
  ...[0x31, 0xc0, 0xcd, 0x16], // xor ax,ax; int 16h
  ...[0xba, 0xf8, 0x03, 0xee], // mov dx,3f8h; out dx,al
  ...[0x3c, 0x0d, 0x75, 0xf4], // cmp al,13; jne back to the beginning
  ...turnOff,
];

/**
 * A disk of 1 MiB that says a word on the screen and on the serial port, within a second or two of its start. It needs no
 * operating system: the machine code stands in the boot sector.
 */
export function writeTinyGuest(path: string, word: string, conduct: GuestConduct): void {
  const disk = Buffer.alloc(1 << 20);
  const text = Buffer.from(`${word}\r\n\0`, 'latin1');
  const textAt = 0x100;
  const packetAt = 0x1c0;
  const code = [
    ...prologue,
    ...say(origin + textAt),
    ...conductCode(conduct, origin + packetAt),
    ...stay,
  ];
  disk.set(code, 0);
  disk.set(text, textAt);
  // For int 13h: 64 sectors from 1000:0000 to sector 2048 and on.
  disk.set([0x10, 0, 64, 0, 0, 0, 0x00, 0x10, 0x00, 0x08, 0, 0, 0, 0, 0, 0], packetAt);
  disk.set([0x55, 0xaa], 510);
  writeFileSync(path, disk);
}

/** Each letter goes to port 0x3f8 and to the BIOS (int 10h). */
function say(address: number): readonly number[] {
  return [
    ...[0xbe, ...word(address)], // mov si,address
    ...[0xac, 0x84, 0xc0, 0x74, 0x0d], // lodsb; test al,al; jz behind the loop
    ...[0xba, 0xf8, 0x03, 0xee], // mov dx,3f8h; out dx,al
    ...[0xb4, 0x0e, 0xbb, 0x07, 0x00, 0xcd, 0x10], // mov ah,14; mov bx,7; int 10h
    ...[0xeb, 0xee], // jmp back to lodsb
  ];
}

function conductCode(conduct: GuestConduct, packet: number): readonly number[] {
  switch (conduct) {
    case 'turn off':
      return turnOff;
    case 'print keys':
      return printKeys;
    case 'fill the disk':
      return [
        ...[0xbe, ...word(packet), 0xb8, 0x00, 0x43, 0xb2, 0x80, 0xcd, 0x13], // mov si; mov ax,4300h; mov dl,80h; int 13h
        ...[0x66, 0x83, 0x06, ...word(packet + 8), 64], // add dword [packet + 8],64
        ...[0xeb, 0xee], // jmp back to the beginning
      ];
    default:
      return [];
  }
}

function word(value: number): readonly number[] {
  return [value & 0xff, value >> 8];
}
