import { constants, privateDecrypt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { GetPasswordDataCommand } from '@aws-sdk/client-ec2';
import { defineStep, type Failure, systemReason } from '@bake/plugin-sdk';
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

/**
 * AWS encrypts by PKCS#1 v1.5. Node refuses to undo that, as how long it takes tells something to whoever may ask it to again
 * and again; nobody may here.
 */
function decrypted(encrypted: string, key: string): string {
  const wrong = (): Failure => messages.noPassword('the private key does not decrypt it');
  let block: Buffer;
  try {
    const settings = { key, padding: constants.RSA_NO_PADDING };
    block = privateDecrypt(settings, Buffer.from(encrypted, 'base64'));
  } catch {
    throw wrong();
  }
  const end = block.indexOf(0, 2);
  if (block[0] !== 0 || block[1] !== 2 || end < 0) throw wrong();
  return block.subarray(end + 1).toString();
}
