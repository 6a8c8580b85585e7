import { open } from 'node:fs/promises';
import { sep } from 'node:path';
import type { Artifact } from '@bake/plugin-sdk';
import { fileFailure, noFiles, notGzip } from '../messages.ts';
import type { BoxFile } from './box-file.ts';
import type { BoxParts } from './contents.ts';

/** Folders that Hyper-V wants to find a machine in. */
const hypervFolder = /(?:^|\/)((?:Virtual Machines|Virtual Hard Disks|Snapshots)\/.+)$/;

/** A machine of Hyper-V with the folders that it must be in. */
export function hyperv({ files }: Artifact): BoxParts {
  const inside = (path: string): string => {
    const name = slashed(path);
    return hypervFolder.exec(name)?.[1] ?? name.slice(name.lastIndexOf('/') + 1);
  };
  return {
    metadata: { provider: 'hyperv' },
    files: files.map((path): BoxFile => ({ name: inside(path), path })),
  };
}

/** What a machine of Parallels does not need. */
const needless = /\.(log|[Bb]ackup)$|\.app\/|\/Windows Disks\//;

/** A machine of Parallels: the folder that ends with `.pvm` or `.macvm`. */
export function parallels({ files }: Artifact): BoxParts {
  const wanted = files.flatMap((path): readonly BoxFile[] => {
    const [, name] = /([^/]+\.(?:pvm|macvm)\/.+)$/.exec(slashed(path)) ?? [];
    return name === undefined || needless.test(slashed(path)) ? [] : [{ name, path }];
  });
  if (wanted.length === 0) {
    throw noFiles('parallels', 'a machine: a folder whose name ends with .pvm or .macvm');
  }
  return { metadata: { provider: 'parallels' }, files: wanted };
}

/** The tree of a sandbox as the root of a container. */
export async function sandbox({ files }: Artifact): Promise<BoxParts> {
  const [path] = files;
  if (path === undefined) throw noFiles('lxc', 'the archive of a sandbox');
  await assertGzip(path);
  return {
    metadata: { provider: 'lxc', version: '1.0.0' },
    files: [{ name: 'rootfs.tar.gz', path }],
  };
}

async function assertGzip(path: string): Promise<void> {
  const file = await open(path).catch((error: unknown) => {
    throw fileFailure('read', path, error);
  });
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (buffer.readUInt16BE(0) !== 0x1f8b) throw notGzip(path);
  } finally {
    await file.close();
  }
}

function slashed(path: string): string {
  return path.replaceAll(sep, '/');
}
