import { constants, privateDecrypt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { GetPasswordDataCommand } from '@aws-sdk/client-ec2';
import { defineStep, systemReason } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { type Pace, waitFor } from '../aws/wait.ts';
import * as messages from '../messages.ts';
import type { RunConfig } from '../options/run.ts';

/** Whose password. */
export interface PasswordWish {
  readonly ec2: Ec2;
  readonly instance: string;
  readonly config: RunConfig;
  /** That of the temporary key pair, if there is one. */
  readonly privateKey: string | undefined;
  readonly pace: Pace;
}

/** Waits for the password that Windows makes at its first start, and decrypts it. */
export const windowsPassword = defineStep<PasswordWish, string>({
  name: 'windows-password',
  async run({ ec2, instance, config, privateKey, pace }, { signal, ui, protect }) {
    const key = privateKey ?? (await keyOf(config));
    ui.say('Waiting for the password of Windows; it may take some minutes');
    const encrypted = await waitFor<string>({
      what: 'The password of Windows',
      pace,
      patience: config.windows_password_timeout,
      signal,
      look: async () => {
        const command = new GetPasswordDataCommand({ InstanceId: instance });
        const found = (await ec2.send(command, signal)).PasswordData?.trim();
        return found ? { found } : { state: 'not there' };
      },
    });
    const password = decrypted(encrypted, key);
    protect(password);
    return password;
  },
});

async function keyOf({ ssh_private_key_file: file = '' }: RunConfig): Promise<string> {
  const path = file.startsWith('~/') ? join(homedir(), file.slice(2)) : file;
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw messages.noPassword(`cannot read "${file}": ${systemReason(error)}`);
  });
}

function decrypted(encrypted: string, key: string): string {
  try {
    const settings = { key, padding: constants.RSA_PKCS1_PADDING };
    return privateDecrypt(settings, Buffer.from(encrypted, 'base64')).toString();
  } catch {
    throw messages.noPassword('the private key does not decrypt it');
  }
}
