import type { CompressConfig } from './component.ts';

/** Ways to compress, by Packer's names. */
export type Algorithm = 'pgzip' | 'lz4' | 'bgzf' | 'xz' | 'bzip2';

/** What to make of the files. */
export interface Format {
  readonly archive: 'tar' | 'zip' | undefined;
  readonly algorithm: Algorithm | undefined;
}

const algorithms: ReadonlyMap<string, Algorithm> = new Map([
  ['gz', 'pgzip'],
  ['lz4', 'lz4'],
  ['bgzf', 'bgzf'],
  ['xz', 'xz'],
  ['bzip2', 'bzip2'],
]);

/**
 * Goes by the last two extensions of the output, before it is rendered, as Packer does (`.bz2` is none of
 * them). What they do not say comes from the options; a name that says nothing is a `tar` with `pgzip`.
 */
export function formatOf(
  config: Pick<CompressConfig, 'output' | 'format' | 'archive' | 'algorithm'>,
): Format {
  const { output, format, archive, algorithm } = config;
  const name = format ? `${output}.${format}` : output;
  const extensions = [...name.matchAll(/\.([a-z0-9]+)/g)].map((found) => found[1] ?? '');
  const last = extensions.at(-1) ?? '';
  if (last === 'tar' || last === 'zip') {
    return { archive: last, algorithm };
  }
  const known = algorithms.get(last);
  return known === undefined
    ? { archive: 'tar', algorithm: 'pgzip' }
    : { archive: extensions.at(-2) === 'tar' ? 'tar' : archive, algorithm: known };
}
