import { Failure, messageOf } from '@bake/plugin-sdk';

/** How a program ended, and the last of what it complained of. */
export interface Ended {
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  /** `SIGKILL` and the like. */
  readonly signal?: string;
  readonly complaint: string;
}

/** What QEMU's programs complain of, and what can be done about it. The first that fits counts. */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    /no space left on device/i,
    'The disk is full. Free some space, or set "output_directory" to a folder on another disk.',
  ],
  [
    /kvm kernel module|failed to initialize kvm|\/dev\/kvm|invalid accelerator kvm/i,
    'KVM does not work here. Leave "accelerator" out, so that bake uses KVM only where it works, or set it to "tcg", which works everywhere and is slower.',
  ],
  [
    /invalid accelerator|accelerator .*not (supported|found)/i,
    'This QEMU was built without that accelerator. Leave "accelerator" out, or set it to "tcg".',
  ],
  [
    /failed to find an available port|address already in use|could not set up host forwarding/i,
    'Something else listens on that port. Give another range in "host_port_min" and "host_port_max", or in "vnc_port_min" and "vnc_port_max".',
  ],
  [
    /(gtk|sdl|cocoa) (initialization failed|is not available)|could not initialize sdl|display .*(not available|not supported)|does not accept value '(gtk|sdl|cocoa)'|cannot open display/i,
    'There is no screen to open a window on, or this QEMU opens none. Set "headless = true"; the machine\'s screen can still be seen over VNC.',
  ],
  [
    /failed to get .*(write|shared|consistent read)?.*lock/i,
    'Another program, perhaps a virtual machine, uses that disk. End it, or work on a copy of the disk.',
  ],
  [
    /unknown protocol '?https?/i,
    'This QEMU cannot read from servers. Install its curl driver (Debian: `apt-get install qemu-block-extra`), or leave "iso_skip_cache" out.',
  ],
  [
    /unsupported machine type/i,
    'See `qemu-system-x86_64 -machine help` for the values of "machine_type".',
  ],
  [
    /unable to find cpu model/i,
    'See `qemu-system-x86_64 -cpu help` for the values of "cpu_model".',
  ],
  [
    /cannot set up guest memory|cannot allocate memory/i,
    'There is not enough memory on this computer. Set "memory" to less.',
  ],
  [
    /is too long|path .*too long/i,
    'The path of a socket may have 107 characters at most. Set "qmp_socket_path" to a shorter one.',
  ],
  [
    /bridge helper failed|failed to parse default acl|access denied by acl/i,
    "QEMU's bridge helper may not use that bridge. Create the bridge, and name it in /etc/qemu/bridge.conf (`allow NAME`).",
  ],
  [
    /(not a valid device model name|unknown device|device '.*' not found)/i,
    'See `qemu-system-x86_64 -device help` for the devices that this QEMU has.',
  ],
  [
    /use the --shrink option|shrink/i,
    'The image is larger than "disk_size". Set a larger "disk_size", or "skip_resize_disk = true" to keep the size of the image.',
  ],
  [
    /image is not in|unknown file format|could not open .*: (image|invalid)|corrupt|not a qcow2|could not read|unsupported qcow2/i,
    'The image cannot be read. Check that it is whole (its checksum), and what `qemu-img info` says of it.',
  ],
  [/permission denied/i, 'Check the permissions of that file, and of the folders above it.'],
  [
    /no such file or directory|could not open/i,
    'Check that the file is there. Relative paths start at the working folder.',
  ],
];

function adviceFor(complaint: string): string | undefined {
  return advice.find(([pattern]) => pattern.test(complaint))?.[1];
}

/** A call of a program that did not end well; `command` names it as in `qemu-img convert`. */
export function commandFailure(command: string, end: Ended): Failure {
  const lines = linesOf(end.complaint);
  return new Failure({
    summary: `${command} failed: ${lines.at(-1) ?? describeEnd(end)}`,
    detail: [
      ...(lines.length > 1 ? [lines.join('\n')] : []),
      adviceFor(end.complaint) ??
        'This is what the program said; run the same command by hand to see more.',
    ].join('\n'),
  });
}

/** QEMU ended before its machine ran. */
export function startFailure(program: string, end: Ended): Failure {
  const lines = linesOf(end.complaint);
  return new Failure({
    // How to list what there is comes after what is wrong.
    summary: `${program} did not start the machine: ${
      lines.findLast((line) => !/^use -\w+ help/i.test(line)) ?? describeEnd(end)
    }`,
    detail: [
      ...(lines.length > 1 ? [lines.join('\n')] : []),
      adviceFor(end.complaint) ??
        'This is what QEMU said. Check the options of the machine and "qemuargs".',
    ].join('\n'),
  });
}

/** Whether QEMU did not start because somebody took one of its ports in the meantime. */
export function isPortTaken({ complaint }: Ended): boolean {
  return /failed to find an available port|address already in use|could not set up host forwarding/i.test(
    complaint,
  );
}

/** QEMU ended while the machine was to go on. */
export function machineGone(program: string, end: Ended, cause?: unknown): Failure {
  const { complaint } = end;
  return new Failure({
    summary: `The machine is gone: ${program} ended with ${describeEnd(end)}`,
    detail: [
      ...(complaint === '' ? [] : [complaint]),
      adviceFor(complaint) ??
        (end.signal === 'SIGKILL'
          ? 'Somebody killed it; the system does so itself when memory runs out (`dmesg` tells). Set "memory" to less, or end other programs.'
          : 'Nothing of it is kept. If the machine turns itself off on purpose, let "shutdown_command" do that.'),
    ].join('\n'),
    cause,
  });
}

/** The disk of this computer is full, so that QEMU has stopped the machine. */
export function diskFull(cause?: unknown): Failure {
  return new Failure({
    summary: 'The machine was stopped: no space left on the disk that holds its own',
    detail:
      'Free some space, or set "output_directory" to a folder on another disk. The machine\'s disk can grow to "disk_size".',
    cause,
  });
}

function describeEnd({ exitCode, signal }: Ended): string {
  return signal === undefined ? `exit code ${exitCode}` : `signal ${signal}`;
}

/** Without QEMU's prefixes and warnings. */
function linesOf(complaint: string): readonly string[] {
  const lines = complaint
    .split('\n')
    .map((line) => line.replace(/^qemu-[\w-]+: /, '').trim())
    .filter(Boolean);
  const errors = lines.filter((line) => !/^warning:/i.test(line));
  return errors.length > 0 ? errors : lines;
}

/** A program that is needed is not installed. */
export function missingProgram(program: string, debianPackage: string): Failure {
  return new Failure({
    summary: `There is no program "${program}"`,
    detail: `Install it (Debian: \`apt-get install ${debianPackage}\`), or check that the folder it is in is part of PATH.`,
  });
}

/** The template wants KVM, and it does not work. */
export function noKvm(reason: string): Failure {
  return new Failure({
    summary: `KVM cannot be used: ${reason}`,
    detail:
      'Leave "accelerator" out, so that bake uses KVM only where it works, or set it to "tcg", which works everywhere and is slower.',
  });
}

/** No port of a range is free. */
export function noFreePort(what: string, host: string, min: number, max: number): Failure {
  const option = what === 'VNC' ? 'vnc_port' : 'host_port';
  return new Failure({
    summary:
      min === max
        ? `Port ${min} on ${host}, which ${what} was to use, is taken`
        : `No port from ${min} to ${max} on ${host} is free for ${what}`,
    detail: `Give a larger range in "${option}_min" and "${option}_max", or end what listens there.`,
  });
}

/** Something was waited for in vain. */
export function timeUp(what: string, milliseconds: number, advise: string): Failure {
  return new Failure({
    summary: `${what} within ${seconds(milliseconds)}`,
    detail: advise,
  });
}

/** `1.5 seconds`, as in messages. */
export function seconds(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(1))} seconds`;
}

/** QEMU refused a command of QMP. */
export function refusedCommand(command: string, reason: string): Failure {
  return new Failure({
    summary: `QEMU refused "${command}": ${reason}`,
    detail: 'This is what it said over QMP.',
  });
}

/** The connection to QEMU is not there any more. */
export function controlLost(cause?: unknown): Failure {
  return new Failure({
    summary: 'QEMU does not answer over QMP any more',
    detail: 'It has ended, or hangs. Check what else went on on this computer.',
    cause,
  });
}

/** A local file that could not be read or written. */
export function fileFailure(verb: 'read' | 'write', path: string, error: unknown): Failure {
  return new Failure({
    summary: `Could not ${verb} "${path}": ${messageOf(error)}`,
    detail:
      verb === 'read'
        ? 'Check that the file is there and that you may read it.'
        : 'Check that you may write there, and that the disk is not full.',
    cause: error,
  });
}
