import type { Complain } from '../../component.ts';
import { type Infer, string, strings } from '../../schema/option.ts';
import { parseChecksumOption } from './checksum.ts';
import { parseSource } from './source.ts';

/** Options of builders that start from an ISO or a disk image. */
export const isoOptions = {
  iso_url: string('Path or URL of the ISO or disk image.', {
    example: '"https://example.org/debian.iso"',
  }),
  iso_urls: strings('Several of them for the same file, tried in turn; in place of `iso_url`.'),
  iso_checksum: string(
    'Checksum of the file: `sha256:...` (or md5, sha1, sha512), the digits alone, `file:` and a path or URL of a file in which it stands, or `none`.',
    { example: '"file:https://example.org/SHA256SUMS"' },
  ),
  iso_target_path: string(
    'Where the file is kept after download, a folder if it has no ending; the cache if left out.',
  ),
  iso_target_extension: string('Ending of the file in the cache.', { default: 'iso' }),
} as const;

/** The decoded options. */
export type IsoOptions = Infer<typeof isoOptions>;

/** All places to get the file from, in the order in which they are tried. */
export function isoUrlsOf({ iso_url, iso_urls = [] }: IsoOptions): readonly string[] {
  return iso_url ? [iso_url] : iso_urls;
}

/** Checks where the file comes from and what its checksum is, without network. */
export async function checkIso(options: IsoOptions, complain: Complain): Promise<void> {
  checkUrls(options, complain);
  const { iso_checksum: checksum } = options;
  if (!checksum) {
    complain(undefined, {
      summary: 'A checksum must be specified',
      detail:
        'Set "iso_checksum" to the checksum of the file, to "file:" and where it stands, or to "none".',
    });
    return;
  }
  await checkChecksum(checksum, options, complain);
}

function checkUrls(options: IsoOptions, complain: Complain): void {
  const { iso_url, iso_urls = [] } = options;
  if (iso_url && iso_urls.length > 0) {
    complain('iso_url', {
      summary: 'Only one of iso_url or iso_urls must be specified',
      detail: 'Put the URL from "iso_url" into the list "iso_urls", first or where its turn is.',
    });
  }
  if (isoUrlsOf(options).length === 0) {
    complain(undefined, {
      summary: 'One of iso_url or iso_urls must be specified',
      detail: 'Set "iso_url" to a path or URL of the ISO or disk image to start from.',
    });
  }
  for (const [index, text] of isoUrlsOf(options).entries()) {
    const source = parseSource(text);
    if (typeof source !== 'string') continue;
    complain(iso_url ? 'iso_url' : `iso_urls.${index}`, {
      summary: source[0]?.toUpperCase() + source.slice(1),
      detail: 'Give a path or a URL that begins with https:// or http://.',
    });
  }
}

async function checkChecksum(text: string, options: IsoOptions, complain: Complain): Promise<void> {
  const option = parseChecksumOption(text);
  if (typeof option === 'string') {
    complain('iso_checksum', {
      summary: `"${text}" is no checksum: ${option}`,
      detail:
        'It is "sha256:" (or md5, sha1, sha512) and the checksum, the checksum alone, "file:" and a path or URL of a file in which it stands, or "none".',
    });
  } else if (option.kind === 'none') {
    complain('iso_checksum', {
      severity: 'warning',
      summary: 'What is downloaded is not checked',
      detail:
        'A checksum in place of "none" finds files that are damaged or not what they should be.',
    });
  } else if (option.kind === 'file') {
    await checkFile(option.source, options, complain);
  }
}

async function checkFile(file: string, options: IsoOptions, complain: Complain): Promise<void> {
  const source = parseSource(file);
  const wrong = (summary: string, detail: string): void =>
    complain('iso_checksum', { summary, detail });
  if (/\.iso$/i.test(file)) {
    wrong('A file that ends with ".iso" holds no checksums', 'Name the file with the checksums.');
  } else if (typeof source === 'string') {
    wrong(`No checksum: ${source}`, 'Give a path or a URL that begins with https:// or http://.');
  } else if (source.kind === 'file') {
    const { localChecksum } = await import('./resolve-checksum.ts');
    await localChecksum(source.path, isoUrlsOf(options)).catch((error: unknown) => {
      const { message, detail } = error as { readonly message: string; readonly detail?: string };
      wrong(message, detail ?? '');
    });
  }
}
