import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a package's folder holds, as one hash: `sha256-` and Base64, over the path and content of every file, in
 * the order of the paths. Packages inside it (`node_modules`) are left out, as npm decides where those go. Throws
 * what the file system does.
 */
export function integrityOf(folder: string): string {
  const whole = createHash('sha256');
  for (const path of [...filesIn(folder, '')].sort()) {
    whole.update(`${hashOf(join(folder, path))}  ${path}\n`);
  }
  return `sha256-${whole.digest('base64')}`;
}

/** Paths relative to the folder, with `/` on every system. */
function filesIn(folder: string, below: string): readonly string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return entry.name === 'node_modules' ? [] : filesIn(folder, path);
  });
}

function hashOf(path: string): string {
  const content = linkTarget(path) ?? readFileSync(path);
  return createHash('sha256').update(content).digest('hex');
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
