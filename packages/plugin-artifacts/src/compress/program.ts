import { Failure } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';
import type { Compression } from './compressors.ts';

/** Compresses by a program of the system that reads and writes its standard streams. */
export async function compressByProgram(
  program: 'xz' | 'bzip2',
  { source, sink, level, signal }: Compression,
): Promise<void> {
  const errors: Uint8Array[] = [];
  const threads = program === 'xz' ? ['--threads=0'] : [];
  let sourceError: Error | undefined;
  source.once('error', (error) => {
    sourceError = error;
  });
  const { exitCode, signal: endedBy } = await runProcess({
    program,
    args: ['--compress', '--stdout', ...threads, ...(level < 1 ? [] : [`-${level}`])],
    input: source,
    stdout: sink,
    onStderr: (chunk) => errors.push(chunk),
    signal,
  }).catch((error: unknown) => {
    throw sourceError ?? error;
  });
  if (sourceError !== undefined) {
    throw sourceError;
  }
  if (exitCode !== 0) {
    const said = Buffer.concat(errors).toString().trim();
    throw new Failure({
      summary: `"${program}" ended with ${exitCode ?? endedBy}${said === '' ? '' : `: ${said}`}`,
      detail: `The archive could not be compressed. Check that the disk is not full and that "${program}" works.`,
    });
  }
}
