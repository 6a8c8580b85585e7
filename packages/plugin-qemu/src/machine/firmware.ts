import { access, constants, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineStep } from '@bake/plugin-sdk';
import type { QemuConfig } from '../builder/component.ts';
import { fileFailure } from '../messages.ts';
import type { EfiFirmware, Settings } from '../settings.ts';

/** Where Packer looks for it, and where distributions have put it since. */
const places: readonly EfiFirmware[] = [
  { code: '/usr/share/OVMF/OVMF_CODE.fd', variables: '/usr/share/OVMF/OVMF_VARS.fd' },
  { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
];

/** The name of the copy of the variables in the output folder, as Packer has it. */
export const variablesName = 'efivars.fd';

/** The firmware that the template asks for; naming either half asks for EFI. */
export async function firmwareOf(config: QemuConfig): Promise<EfiFirmware | undefined> {
  const { efi_boot, efi_firmware_code: code, efi_firmware_vars: variables } = config;
  if (!efi_boot && !code && !variables) return undefined;
  const [first] = places as readonly [EfiFirmware];
  if (code || variables) {
    return { code: code || first.code, variables: variables || first.variables };
  }
  for (const place of places) if (await isThere(place)) return place;
  return first;
}

async function isThere({ code, variables }: EfiFirmware): Promise<boolean> {
  return (await isReadable(code)) && (await isReadable(variables));
}

/** Whether a file may be read. */
export async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** Where variables come from. */
export interface VariablesWish {
  readonly settings: Settings;
  /** Those that a machine from a checkpoint had, in place of fresh ones. */
  readonly kept: string | undefined;
}

/** Copies the variables into the output folder, since the machine writes to them. Gives the path, if there is EFI. */
export const copyVariables = defineStep<VariablesWish, string | undefined>({
  name: 'copy-efi-variables',
  async run({ settings: { efi, folder }, kept }) {
    if (efi === undefined) return undefined;
    const path = join(folder, variablesName);
    const from = kept ?? efi.variables;
    await copyFile(from, path).catch((error: unknown) => {
      throw fileFailure('read', from, error);
    });
    return path;
  },
});
