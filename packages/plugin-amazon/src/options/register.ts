import { type Complain, type ConfigSchema, type Infer, string } from '@bake/plugin-sdk';

/** What a registered image is, in builders that register one of a snapshot. */
export const registerOptions = {
  ami_architecture: string('Architecture of the image.', {
    oneOf: ['arm64', 'arm64_mac', 'i386', 'x86_64', 'x86_64_mac'],
    default: 'x86_64',
  }),
  boot_mode: string('How the image boots; as AWS has it for the architecture without.', {
    oneOf: ['legacy-bios', 'uefi', 'uefi-preferred'],
  }),
  uefi_data: string('Variables of UEFI, in base64.'),
  tpm_support: string('`v2.0` gives instances a TPM.', { oneOf: ['v2.0'] }),
} satisfies ConfigSchema;

/** Decoded. */
export type RegisterConfig = Infer<typeof registerOptions>;

/** UEFI's variables are of no use without UEFI. */
export function checkUefi(config: RegisterConfig, complain: Complain): void {
  const { uefi_data: data, boot_mode: mode, ami_architecture: architecture } = config;
  if (!data || mode === 'uefi' || mode === 'uefi-preferred') return;
  if (mode === undefined && architecture === 'arm64') return;
  complain('uefi_data', {
    summary: 'UEFI has no part in this boot mode',
    detail: 'Set "boot_mode" to "uefi", or leave out "uefi_data".',
  });
}
