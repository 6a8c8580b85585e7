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

/** Copies the variables into the output folder, since the machine writes to them. Gives the path, if there is EFI. */
export const copyVariables = defineStep<Settings, string | undefined>({
  name: 'copy-efi-variables',
  async run({ efi, folder }) {
    if (efi === undefined) return undefined;
    const path = join(folder, variablesName);
    await copyFile(efi.variables, path).catch((error: unknown) => {
      throw fileFailure('read', efi.variables, error);
    });
    return path;
  },
});
