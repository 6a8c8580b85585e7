import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a file comes from. */
export type Source =
  | {
      readonly kind: 'file';
      readonly path: string;
      /** As it may be shown. */
      readonly shown: string;
      /** Its name without folders. */
      readonly fileName: string;
      readonly checksum?: string;
    }
  | {
      readonly kind: 'http';
      readonly url: URL;
      /** Without the password. */
      readonly shown: string;
      readonly fileName: string;
      /** What the URL's own parameter `checksum` says; it wins over `iso_checksum`, as in Packer. */
      readonly checksum?: string;
    };

/**
 * Reads where a file comes from: a path, `file:` with a path or URL, or an HTTP URL. Gives what is wrong with it,
 * as a sentence without full stop, if it is none of them.
 */
export function parseSource(text: string): Source | string {
  const [, scheme] = /^([a-z][a-z\d+.-]+):/i.exec(text) ?? [];
  const [, getter, rest = ''] = /^([a-z\d]+)::(.*)$/is.exec(text) ?? [];
  if (getter !== undefined)
    return /^(https?|file)$/i.test(getter) ? parseSource(rest) : cannot(getter);
  // A single letter is a drive of Windows.
  if (scheme === undefined) return localFile(text, text);
  switch (scheme.toLowerCase()) {
    case 'file':
      return localFile(pathOf(text), text);
    case 'http':
    case 'https':
      return URL.canParse(text) ? remoteFile(new URL(text)) : `"${withoutLogin(text)}" is no URL`;
    default:
      return cannot(scheme);
  }
}

function cannot(scheme: string): string {
  return `bake cannot download by "${scheme}", only by http and https`;
}

/** The path in `file:///a`, `file://./a` (relative, as Packer's examples have it) or `file:a`. */
function pathOf(text: string): string {
  const rest = text.slice('file:'.length);
  if (!rest.startsWith('///')) return rest.replace(/^\/\//, '');
  return URL.canParse(text) ? fileURLToPath(text) : rest.slice(2);
}

function localFile(path: string, shown: string): Source {
  return { kind: 'file', path, shown, fileName: basename(path) };
}

function remoteFile(given: URL): Source {
  const url = new URL(given);
  const checksum = url.searchParams.get('checksum');
  // Deleting goes through the parameters anew, which may change how others are written.
  if (checksum !== null) url.searchParams.delete('checksum');
  const fileName = decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf('/') + 1));
  const shown = withoutLogin(url.href);
  const source = { kind: 'http', url, shown, fileName } as const;
  return checksum ? { ...source, checksum } : source;
}

function withoutLogin(text: string): string {
  return text.replace(/^([a-z]+:\/\/)[^/?#]*@/i, '$1');
}
