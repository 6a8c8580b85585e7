import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  Failure,
  type Machine,
  type MachineFacts,
  type RunContext,
  systemReason,
} from '@bake/plugin-sdk';

/** Bytes read at once: with few, reading costs more time than encrypting. */
const readSize = 1024 * 1024;

/** Copies a local file or folder to the machine. */
export async function upload(
  source: string,
  destination: string,
  { communicator, facts }: Machine,
  { ui, signal }: RunContext,
): Promise<void> {
  ui.say(`Uploading ${source} => ${destination}`);
  const found = await lookAt(source);
  if (found.isDirectory()) {
    await communicator.uploadDir(source, destination, signal);
    return;
  }
  const target = named(destination, source, facts);
  const file = {
    data: createReadStream(source, { highWaterMark: readSize }),
    mode: found.mode & 0o777,
    size: found.size,
    label: basename(source),
  };
  await communicator.upload(file, target, signal);
}

/** Packer's file name for content whose destination is a folder. */
const contentName = 'pkr-file-content';

/** Writes a text into a file on the machine that its owner alone may read, as it may be a secret. */
export async function uploadContent(
  content: string,
  destination: string,
  { communicator, facts }: Machine,
  { ui, signal }: RunContext,
): Promise<void> {
  ui.say(`Uploading content => ${destination}`);
  const target = named(destination, contentName, facts);
  await communicator.upload({ data: content, mode: 0o600, label: contentName }, target, signal);
}

/** In a folder (a slash at the end, on Windows also a backslash) the file keeps its name. */
function named(destination: string, source: string, { ConnType }: MachineFacts): string {
  const folder = ConnType === 'winrm' ? /[\\/]$/ : /\/$/;
  return folder.test(destination) ? destination + basename(source) : destination;
}

async function lookAt(source: string): Promise<Stats> {
  return stat(source).catch((error: unknown) => {
    throw new Failure({
      summary: `Could not read "${source}": ${systemReason(error)}`,
      detail:
        'The path is relative to the folder in which bake is started. Check that the file is there when the provisioner runs.',
      cause: error,
    });
  });
}
