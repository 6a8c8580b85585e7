import { readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { RunContext } from '../../context.ts';
import { Failure, systemReason } from '../../failure.ts';
import { MediaCollector, type MediaFile } from '../media/media-tree.ts';
import { makeTemporaryFolder } from '../media/temporary-folder.ts';
import { FloppyImage } from './floppy-image.ts';
import type { FloppyOptions } from './options.ts';

/** Does the work of the step `makeFloppy`. */
export async function writeFloppy(
  options: FloppyOptions,
  context: Pick<RunContext, 'journal' | 'onCleanup' | 'ui'>,
): Promise<string> {
  context.ui.say('Creating floppy disk...');
  const tree = new MediaCollector();
  await tree.addFlat(options.floppy_files ?? []);
  await tree.add(options.floppy_dirs ?? [], (path) => basename(resolve(path)));
  tree.addTexts(options.floppy_content ?? {});
  requireSpace(tree.files);
  const image = new FloppyImage(options.floppy_label || 'packer');
  for (const folder of [...tree.folders].sort()) image.addFolder(folder);
  for (const [path, file] of tree.files) {
    image.addFile(path, await contentOf(path, file), modifiedOf(file));
  }
  const bytes = image.bytes();
  const folder = await makeTemporaryFolder('floppy', context);
  const path = join(folder, 'floppy.img');
  await writeFile(path, bytes).catch((error: unknown) => {
    throw new Failure({
      summary: `Could not write the floppy disk to ${path}: ${systemReason(error)}`,
      detail: 'Make room there, or set TMPDIR to another folder.',
      cause: error,
    });
  });
  context.ui.say(`Created floppy disk with ${tree.files.size} files`);
  return path;
}

/** Files that are far too large are not even read. */
function requireSpace(files: ReadonlyMap<string, MediaFile>): void {
  let total = 0;
  for (const file of files.values()) total += file.kind === 'file' ? file.size : file.bytes.length;
  if (total > FloppyImage.capacity) throw FloppyImage.tooSmall(total);
}

async function contentOf(path: string, file: MediaFile): Promise<Buffer> {
  if (file.kind === 'text') return file.bytes;
  return readFile(file.source).catch((error: unknown) => {
    throw new Failure({
      summary: `Could not put "${path}" on the floppy disk: ${systemReason(error)}`,
      detail: 'Check that the file can be read.',
      cause: error,
    });
  });
}

function modifiedOf(file: MediaFile): Date | undefined {
  return file.kind === 'file' ? file.modified : undefined;
}
