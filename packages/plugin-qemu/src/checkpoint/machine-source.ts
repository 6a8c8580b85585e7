import { realpath } from 'node:fs/promises';
import { identityOf } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';
import type { QemuConfig } from '../builder/component.ts';
import { isRemote } from '../disk/is-remote.ts';
import { imageChain } from '../disk/qemu-img.ts';
import type { Settings } from '../settings.ts';

/** Options that the machine notices nothing of. */
const unnoticed: ReadonlySet<string> = new Set([
  ...['iso_url', 'iso_urls', 'iso_checksum', 'iso_target_path', 'iso_target_extension'],
  ...['output_directory', 'headless', 'display', 'use_default_display'],
  ...['vnc_bind_address', 'vnc_use_password', 'vnc_password', 'vnc_port_min', 'vnc_port_max'],
  ...['host_port_min', 'host_port_max', 'ssh_host_port_min', 'ssh_host_port_max', 'run_once'],
]);

/** Why states of such a machine cannot be kept, if they cannot (the end of a sentence). */
export function whyNotKept(
  config: QemuConfig,
  { format }: Settings,
  source: string,
): string | undefined {
  if (config.communicator !== 'ssh') return 'only machines that are reached by SSH are kept';
  if (format !== 'qcow2')
    return `a copy of a disk of the format ${format} takes up room for all that is empty in it`;
  if (config.net_bridge) return 'the machine may have another address in the next build';
  if (isRemote(source)) return 'the image is on a server, and may be another one in the next build';
  const isTemporary =
    !config.ssh_password && !config.ssh_private_key_file && !config.ssh_agent_auth;
  if (isTemporary && !config.ssh_clear_authorized_keys)
    return 'the cache would keep a key that opens the finished image; set "ssh_clear_authorized_keys", "ssh_password" or "ssh_private_key_file"';
  return undefined;
}

/**
 * All that makes machines differ for provisioners. Files (the image with those that it stands on, or the CD, and firmware) are known
 * by what the file system says of them, and not read.
 */
export async function machineSource(
  config: QemuConfig,
  { accelerator, name, program, efi }: Settings,
  source: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const options = Object.entries(config).filter(([option]) => !unnoticed.has(option));
  const [chain, version] = await Promise.all([
    config.disk_image ? imageChain(source, signal) : [source],
    versionOf(program, signal),
  ]);
  return {
    ...Object.fromEntries(options),
    image: await identities(chain),
    firmware: await identities(efi === undefined ? [] : [efi.code, efi.variables]),
    accelerator,
    name,
    qemu: version,
  };
}

async function identities(paths: readonly string[]): Promise<readonly (string | undefined)[]> {
  return Promise.all(paths.map(async (path) => identityOf(await realpath(path).catch(() => path))));
}

/** A memory is good for the QEMU that wrote it. */
async function versionOf(program: string, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  const onStdout = (chunk: Uint8Array): void => void chunks.push(chunk);
  await runProcess({ program, args: ['--version'], signal, onStdout });
  return Buffer.concat(chunks).toString();
}
