import type { Complain, Infer } from '@bake/plugin-sdk';
import { checkCommandTemplates } from '@bake/plugin-sdk/scripts';
import { checkPath } from '@bake/plugin-sdk/staging';
import type { chefOptions } from './options.ts';

/** The options of a provisioner of Chef that both have. */
export type ChefConfig = Infer<typeof chefOptions>;

/** Checks what both provisioners have in common. */
export async function checkChef(chef: ChefConfig, complain: Complain): Promise<void> {
  await checkPath('config_template', chef.config_template, 'file', complain);
  const secret = chef.encrypted_data_bag_secret_path;
  await checkPath('encrypted_data_bag_secret_path', secret, 'file', complain);
  if (chef.json_string && parseAttributes(chef.json_string) === undefined) {
    complain('json_string', {
      summary: '"json_string" is not an object in JSON',
      detail: 'In HCL, jsonencode({ ... }) makes one.',
    });
  }
  for (const option of ['execute_command', 'install_command'] as const) {
    await checkCommandTemplates(option, [chef[option] ?? ''], complain);
  }
}

/** Attributes of a node; `undefined` if the text is no object. */
export function parseAttributes(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
