import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Communicator } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';

/** This computer as a machine, whose commands are written down. */
export function localMachine(): {
  readonly communicator: Communicator;
  readonly commands: string[];
} {
  const commands: string[] = [];
  const refuse = async (): Promise<never> => {
    throw new Error('not part of this machine');
  };
  const communicator: Communicator = {
    async run({ command, stdin, onStdout, onStderr, signal }) {
      commands.push(command);
      const end = await runProcess({
        program: '/bin/sh',
        args: ['-c', command],
        signal,
        ...(stdin === undefined ? {} : { input: stdin }),
        ...(onStdout === undefined ? {} : { onStdout }),
        ...(onStderr === undefined ? {} : { onStderr }),
      });
      return { ...end, disconnected: false };
    },
    async upload({ data, mode = 0o644 }, path) {
      await writeFile(path, data instanceof Readable ? data : Buffer.from(data), { mode });
    },
    async download(path, sink) {
      await pipeline(createReadStream(path), sink);
    },
    uploadDir: refuse,
    downloadDir: refuse,
    close: async () => undefined,
  };
  return { communicator, commands };
}
