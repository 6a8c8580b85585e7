import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Artifact } from '@bake/plugin-sdk';
import { extract } from 'tar-stream';
import { fileFailure, noFiles, noMacAddress } from '../messages.ts';
import { type BoxFile, flat } from './box-file.ts';
import type { BoxParts } from './contents.ts';
import { rubyText } from './vagrantfile.ts';

/** A machine of VirtualBox; what describes it is called box.ovf in a box. */
export async function virtualbox({ files }: Artifact, folder: string): Promise<BoxParts> {
  const unpacked: BoxFile[] = [];
  for (const path of files) {
    unpacked.push(...(path.endsWith('.ova') ? await unpack(path, folder) : flat([path])));
  }
  const descriptions = unpacked.filter(({ name }) => name.endsWith('.ovf'));
  const [ovf] = descriptions;
  if (ovf === undefined || descriptions.length > 1 || !('path' in ovf)) {
    throw noFiles('virtualbox', 'exactly one machine (.ovf, or .ova)');
  }
  const mac = await macAddress(ovf.path);
  return {
    metadata: { provider: 'virtualbox' },
    files: unpacked.map((file) => (file === ovf ? { ...file, name: 'box.ovf' } : file)),
    vagrantfile: `Vagrant.configure("2") do |config|\n  config.vm.base_mac = ${rubyText(mac)}\nend`,
  };
}

/** An .ova is a tar of the other files. Their names lose their folders, so that none leads out of ours. */
async function unpack(path: string, folder: string): Promise<readonly BoxFile[]> {
  const archive = extract();
  const feeding = pipeline(createReadStream(path), archive);
  feeding.catch(() => undefined);
  const files: BoxFile[] = [];
  try {
    for await (const entry of archive) {
      const name = basename(entry.header.name);
      if (entry.header.type !== 'file') {
        entry.resume();
        continue;
      }
      const target = join(folder, name);
      await pipeline(entry, createWriteStream(target));
      files.push({ name, path: target });
    }
    await feeding;
  } catch (error) {
    throw fileFailure('unpack', path, error);
  }
  return files;
}

/** Of the first network card: Vagrant sets it in each machine that it makes of the box. */
async function macAddress(ovf: string): Promise<string> {
  const text = await readFile(ovf, 'utf8').catch((error: unknown) => {
    throw fileFailure('read', ovf, error);
  });
  const [, mac] = /<Adapter slot="0"[^>]*?MACAddress="([^"]+)"/.exec(text) ?? [];
  if (mac === undefined) throw noMacAddress(ovf);
  return mac;
}
