import { constants, copyFile, link, mkdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RunContext } from '../../context.ts';
import { Failure, systemReason } from '../../failure.ts';
import { runProcess } from '../../process.ts';
import { MediaCollector, type MediaFile, type MediaTree } from '../media/media-tree.ts';
import { makeTemporaryFolder } from '../media/temporary-folder.ts';
import { findCdProgram, noCdProgram } from './cd-program.ts';
import type { CdOptions } from './options.ts';

/** Does the work of the step `makeCd`. */
export async function writeCd(
  options: CdOptions,
  context: Pick<RunContext, 'journal' | 'onCleanup' | 'signal' | 'ui'>,
): Promise<string> {
  const program = await findCdProgram();
  if (program === undefined) throw noCdProgram();
  context.ui.say('Creating CD disk...');
  const tree = new MediaCollector();
  // As in Packer a folder with a slash at its end is what is in it.
  await tree.add(options.cd_files ?? [], (path) => (path.endsWith('/') ? '' : basename(path)));
  tree.addTexts(options.cd_content ?? {});
  const folder = await makeTemporaryFolder('CD', context);
  const root = join(folder, 'root');
  await layOut(tree, root, context.signal);
  const image = join(folder, 'cd.iso');
  const said: Buffer[] = [];
  const keep = (chunk: Uint8Array): void => void said.push(Buffer.from(chunk));
  const end = await runProcess({
    program: program.name,
    args: program.args(options.cd_label || 'packer', root, image),
    signal: context.signal,
    onStdout: keep,
    onStderr: keep,
  });
  if (end.exitCode !== 0) throw notMade(program.name, Buffer.concat(said).toString(), end);
  await rm(root, { recursive: true });
  const { size } = await stat(image);
  context.ui.say(`Created CD with ${tree.files.size} files, ${Math.ceil(size / 1024)} KiB`);
  return image;
}

/** Puts all files where they will be on the CD, without copying those that can be linked. */
async function layOut(tree: MediaTree, root: string, signal: AbortSignal): Promise<void> {
  await mkdir(root);
  for (const folder of tree.folders) await mkdir(join(root, folder), { recursive: true });
  for (const [path, file] of tree.files) {
    signal.throwIfAborted();
    await place(file, join(root, path)).catch((error: unknown) => {
      throw new Failure({
        summary: `Could not put "${path}" on the CD: ${systemReason(error)}`,
        detail: 'Check that the file can be read, and that there is room in TMPDIR.',
        cause: error,
      });
    });
  }
}

async function place(file: MediaFile, target: string): Promise<void> {
  // A text wins over a file that is there.
  if (file.kind === 'text') return writeFile(target, file.bytes, { mode: 0o644 });
  const source = await realpath(file.source);
  await link(source, target).catch(() => copyFile(source, target, constants.COPYFILE_FICLONE));
}

function notMade(
  program: string,
  output: string,
  { exitCode, signal }: { readonly exitCode: number | undefined; readonly signal?: string },
): Failure {
  const how =
    exitCode === undefined ? `was ended by ${signal}` : `ended with exit code ${exitCode}`;
  return new Failure({
    summary: `Could not make the CD: ${program} ${how}`,
    detail: output.trim().split('\n').slice(-5).join('\n') || 'It said nothing.',
  });
}
