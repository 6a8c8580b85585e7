import type { RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import type { QemuConfig } from '../builder/component.ts';
import type { Settings } from '../settings.ts';
import { driveArguments } from './drives.ts';
import { type Flags, flatten, mergeArguments } from './merge-arguments.ts';
import { quoteValue } from './quote-value.ts';

/** What was made and chosen for the machine, and is to be plugged in. */
export interface Parts {
  /** Paths; the first is the one to boot from. */
  readonly disks: readonly string[];
  /** Paths of images of CDs, the one to install from first. */
  readonly cds: readonly string[];
  readonly floppy: string | undefined;
  /** The machine's own copy of EFI's variables. */
  readonly efiVariables: string | undefined;
  /** Where the TPM listens. */
  readonly tpmSocket: string | undefined;
  /** Port on this computer that leads to the communicator's in the machine. */
  readonly hostPort: number | undefined;
  /** Port that VNC listens on; none without. */
  readonly vncPort: number | undefined;
  /** Where bake itself talks QMP with QEMU. */
  readonly control: string;
  /** File that gets what the machine writes to its first serial port. */
  readonly console: string;
  readonly http: HttpServerFacts;
}

/** The HTTP server of the build, as the machine sees it. */
export interface HttpServerFacts {
  readonly ip: string;
  /** 0 when there is none. */
  readonly port: number;
}

/** What the arguments depend on. */
export interface MachineWish {
  readonly config: QemuConfig;
  readonly settings: Settings;
  readonly parts: Parts;
}

/** All arguments of QEMU. */
export function machineArguments(
  wish: MachineWish,
  context: Pick<RunContext, 'build' | 'data'>,
): readonly string[] {
  const { config, parts } = wish;
  const rows = (config.qemuargs ?? []).map((row) => row.map((word) => render(word, wish, context)));
  const merged = mergeArguments(defaultFlags(wish), rows, config.net_device);
  return [
    ...flatten(merged),
    // Not part of what "qemuargs" can replace: bake needs it.
    '-chardev',
    `socket,id=bake-control,path=${quoteValue(parts.control)},server=on,wait=off`,
    '-mon',
    'chardev=bake-control,mode=control',
  ];
}

function render(
  word: string,
  { config, settings, parts }: MachineWish,
  context: Pick<RunContext, 'build' | 'data'>,
): string {
  return renderForBuild(word, context, {
    HTTPIP: parts.http.ip,
    HTTPPort: parts.http.port,
    HTTPDir: config.http_directory ?? '',
    HTTPContent: config.http_content ?? {},
    OutputDir: settings.folder,
    Name: settings.name,
    SSHHostPort: parts.hostPort ?? 0,
  });
}

/** What the options give, in an order of our own; Packer has none. */
function defaultFlags(wish: MachineWish): Flags {
  const { config, settings, parts } = wish;
  const { devices, drives } = driveArguments(config, settings.format, parts);
  const flags: readonly (readonly [string, readonly string[]])[] = [
    ['-name', [quoteValue(settings.name)]],
    ['-machine', [machineOf(config, settings)]],
    ['-cpu', optional(config.cpu_model)],
    ['-smp', [settings.processors]],
    ['-m', [`${settings.memory}M`]],
    ['-bios', config.use_pflash ? [] : optional(config.firmware)],
    ['-boot', settings.efi === undefined ? [config.disk_image ? 'c' : 'once=d'] : []],
    ['-drive', [...drives, ...firmwareDrives(wish)]],
    ['-fda', optional(parts.floppy)],
    ['-netdev', [netdevOf(wish)]],
    ['-device', [...devices, `${config.net_device},netdev=user.0`, ...tpmDevice(wish)]],
    ['-chardev', parts.tpmSocket ? [`socket,id=vtpm,path=${quoteValue(parts.tpmSocket)}`] : []],
    ['-tpmdev', parts.tpmSocket ? ['emulator,id=tpm0,chardev=vtpm'] : []],
    ['-vga', optional(config.vga)],
    ['-display', displayOf(config)],
    ['-vnc', vncOf(config, parts)],
    [
      '-qmp',
      settings.qmpSocket ? [`unix:${quoteValue(settings.qmpSocket)},server=on,wait=off`] : [],
    ],
    ['-serial', [`file:${parts.console}`]],
  ];
  return new Map(flags.filter(([, values]) => values.length > 0));
}

function optional(value: string | undefined): readonly string[] {
  return value ? [value] : [];
}

function machineOf({ machine_type: type }: QemuConfig, { accelerator }: Settings): string {
  return accelerator === 'none' ? `type=${type}` : `type=${type},accel=${accelerator}`;
}

function firmwareDrives({ config, settings: { efi }, parts }: MachineWish): readonly string[] {
  const flash = (path: string, more: string): string =>
    `file=${quoteValue(path)},if=pflash,${more}`;
  const own =
    config.firmware && config.use_pflash ? [flash(config.firmware, 'format=raw,readonly=on')] : [];
  if (efi === undefined || parts.efiVariables === undefined) return own;
  return [
    ...own,
    flash(efi.code, 'unit=0,format=raw,readonly=on'),
    flash(parts.efiVariables, 'unit=1,format=raw'),
  ];
}

function tpmDevice({ config, parts }: MachineWish): readonly string[] {
  return parts.tpmSocket === undefined ? [] : [`${config.tpm_device_type},tpmdev=tpm0`];
}

/** The forward listens on this computer alone; Packer's does on every address. */
function netdevOf({ config, settings, parts }: MachineWish): string {
  if (config.net_bridge) return `bridge,id=user.0,br=${config.net_bridge}`;
  if (parts.hostPort === undefined) return 'user,id=user.0';
  return `user,id=user.0,hostfwd=tcp:127.0.0.1:${parts.hostPort}-:${settings.guestPort}`;
}

/** A window is opened by GTK unless told otherwise; `display = "none"` leaves it to QEMU, as Packer's page has it. */
function displayOf({ headless, display, use_default_display, disable_vnc }: QemuConfig) {
  if (headless) return disable_vnc ? ['none'] : [];
  if (use_default_display || display === 'none') return [];
  return [display || 'gtk'];
}

function vncOf({ vnc_bind_address: host, vnc_use_password }: QemuConfig, { vncPort }: Parts) {
  if (vncPort === undefined) return [];
  const address = host.includes(':') ? `[${host}]` : host;
  return [`${address}:${vncPort - 5900}${vnc_use_password ? ',password=on' : ''}`];
}
