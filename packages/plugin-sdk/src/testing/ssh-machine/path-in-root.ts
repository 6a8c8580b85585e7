import { readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** As many symbolic links as Linux follows in one path. */
const maxLinks = 40;

/**
 * Turns a path as a client says it into one of the host, as if `root` were `/`: neither `..` nor
 * symbolic links lead out of it. Relative paths start at `root`. The last part need not exist; it is
 * followed if it is a link, unless `keepLastLink` is set. Rejects with `ELOOP` like the system.
 */
export async function pathInRoot(
  root: string,
  path: string,
  keepLastLink = false,
): Promise<string> {
  const ahead = parts(path);
  const behind: string[] = [];
  let links = 0;
  for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
    if (part === '..') {
      behind.pop();
      continue;
    }
    const isKept = keepLastLink && ahead.length === 0;
    const target = isKept ? undefined : await linkTarget(join(root, ...behind, part));
    if (target === undefined) {
      behind.push(part);
      continue;
    }
    links += 1;
    if (links > maxLinks)
      throw Object.assign(new Error(`Too many links: ${path}`), { code: 'ELOOP' });
    if (target.startsWith('/')) behind.length = 0;
    ahead.unshift(...parts(target));
  }
  return join(root, ...behind);
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch {
    return undefined;
  }
}
