import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Machine, type MachineFacts, openLocalFile, type RunContext } from '@bake/plugin-sdk';

const advice =
  'The path is relative to the folder in which bake is started. Check that the file is there when the provisioner runs, and that you may read it.';

/** Copies a local file or folder to the machine. */
export async function upload(
  source: string,
  destination: string,
  { communicator, facts }: Machine,
  { ui, signal }: RunContext,
): Promise<void> {
  ui.say(`Uploading ${source} => ${destination}`);
  if (await isFolder(source)) {
    await communicator.uploadDir(source, destination, signal);
    return;
  }
  const file = { ...(await openLocalFile(source, advice)), label: basename(source) };
  await communicator.upload(file, named(destination, source, facts), signal);
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

/** What cannot be looked at is found out in opening it. */
async function isFolder(source: string): Promise<boolean> {
  return stat(source).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
