import type { CloudConfig } from './component.ts';

/** The public service, which bake must not talk to without a token, nor without looking at its certificate. */
export const publicUrl = 'https://vagrantcloud.com/api/v2';

/** Whether it is the public service, however its address is written. */
export function isPublic(url: string): boolean {
  return URL.canParse(url) && new URL(url).hostname === new URL(publicUrl).hostname;
}

/** The token that counts; empty if there is none. */
export function tokenOf({ access_token: token }: Partial<CloudConfig>): string {
  return token || process.env['VAGRANT_CLOUD_TOKEN'] || process.env['ATLAS_TOKEN'] || '';
}
