import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineStep } from '@bake/plugin-sdk';
import type { QemuConfig } from '../builder/component.ts';
import { commandFailure } from '../messages.ts';
import { BackgroundProgram } from './background-program.ts';

/** Where the TPM may keep its state, and what kind it is. */
export interface TpmWish {
  readonly config: QemuConfig;
  readonly privateFolder: string;
}

/** Starts swtpm, which plays the TPM, if the template wants one. Gives the socket that it listens on. */
export const startTpm = defineStep<TpmWish, string | undefined>({
  name: 'start-tpm',
  async run({ config, privateFolder }, { journal, onCleanup, signal, ui }) {
    if (!config.vtpm) return undefined;
    ui.say('Starting the TPM...');
    const socket = join(privateFolder, 'tpm');
    const args = [
      'socket',
      '--tpmstate',
      `dir=${privateFolder}`,
      '--ctrl',
      `type=unixio,path=${socket}`,
      ...(config.use_tpm1 ? [] : ['--tpm2']),
    ];
    const mark = `BAKE_TPM=${randomUUID()}`;
    const entry = journal({ kind: 'processes', label: 'TPM (swtpm)', traces: { mark } });
    const log = join(privateFolder, 'swtpm.log');
    const tpm = new BackgroundProgram({ program: 'swtpm', args, mark, log });
    onCleanup('stop the TPM', () => tpm.stop(), { entry });
    while ((await stat(socket).catch(() => undefined)) === undefined) {
      if (tpm.end !== undefined) throw commandFailure('swtpm socket', tpm.end);
      await Promise.race([sleep(10, undefined, { signal }), tpm.ended]);
    }
    return socket;
  },
});
