import { open, readFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { basename } from 'node:path';
import { systemReason } from '@bake/plugin-sdk';

/**
 * The accelerator for a machine: the one that the template names, or else KVM where it works, and TCG elsewhere. Packer
 * takes KVM wherever /dev/kvm can be opened, also on computers whose processors lack what it needs, and for foreign ones.
 */
export async function accelerator(wanted: string | undefined, program: string): Promise<string> {
  if (wanted) return wanted;
  const isNative = nativePrograms[arch()]?.includes(basename(program)) ?? false;
  return isNative && (await whyNoKvm()) === undefined ? 'kvm' : 'tcg';
}

/** Programs whose machines have the processor of this computer. */
const nativePrograms: Readonly<Record<string, readonly string[]>> = {
  x64: ['qemu-system-x86_64', 'qemu-system-i386', 'qemu-kvm', 'kvm', 'qemu-system-x86_64-microvm'],
  arm64: ['qemu-system-aarch64', 'qemu-kvm', 'kvm'],
};

/** Why KVM does not work here; `undefined` when it does. */
export async function whyNoKvm(): Promise<string | undefined> {
  if (platform() !== 'linux') return 'it is part of Linux alone';
  try {
    await (await open('/dev/kvm', 'r+')).close();
  } catch (error) {
    return `/dev/kvm: ${systemReason(error)}`;
  }
  if (arch() !== 'x64') return undefined;
  const processors = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return /^flags\s*:.*\b(vmx|svm)\b/m.test(processors)
    ? undefined
    : 'the processor has no virtualization (vmx or svm), or the machine that this computer is hides it';
}
