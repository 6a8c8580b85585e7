import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { defineStep, makeKeyPair, publicKeyOf, type RunContext } from '@bake/plugin-sdk';
import { fileFailure } from '../messages.ts';
import type { QemuConfig } from './component.ts';

/** The key that bake logs in with, as far as one is known. */
export interface LoginKey {
  /** A line for `authorized_keys`. */
  readonly publicKey: string;
  /** Only of a key pair that was made for the build. */
  readonly temporary?: TemporaryKey;
}

/** The rest of a key pair that was made for the build. */
export interface TemporaryKey {
  readonly privateKey: string;
  readonly comment: string;
}

/** How the machine is logged in to. */
export interface LoginWish {
  readonly config: QemuConfig;
  /** The key pair that a machine from a checkpoint knows. */
  readonly kept?: LoginKey | undefined;
}

/**
 * Finds the key for SSH, whose public half is `{{ .SSHPublicKey }}` in `boot_command`: that of the template, or one that is made if
 * the template names no way to log in.
 */
export const findLoginKey = defineStep<LoginWish, LoginKey | undefined>({
  name: 'find-login-key',
  async run({ config, kept }, context) {
    if (kept?.temporary !== undefined) {
      context.protect(kept.temporary.privateKey);
      return kept;
    }
    const { communicator, ssh_private_key_file: file, ssh_password, ssh_agent_auth } = config;
    if (communicator !== 'ssh') return undefined;
    if (file) return { publicKey: publicKeyOf(await readKey(file)) };
    return ssh_password || ssh_agent_auth ? undefined : makeTemporaryKey(config, context);
  },
});

async function readKey(file: string): Promise<string> {
  const path = file.replace(/^~(?=\/|$)/, homedir());
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw fileFailure('read', path, error);
  });
}

async function makeTemporaryKey(
  config: QemuConfig,
  { protect, ui }: RunContext,
): Promise<LoginKey> {
  ui.say('Creating temporary SSH key for instance...');
  const comment = config.temporary_key_pair_name || `bake_${randomUUID()}`;
  const { privateKey, publicKey } = await makeKeyPair({
    type: config.temporary_key_pair_type,
    bits: config.temporary_key_pair_bits,
    comment,
  });
  protect(privateKey);
  return { publicKey, temporary: { privateKey, comment } };
}
