import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Puts the home folder in place of a leading `~` or `~user`; a user who is not known stays as written. */
export async function homePath(path: string): Promise<string> {
  const match = /^~([^/]*)(?:\/(.*))?$/s.exec(path);
  if (match === null) return path;
  const [, user = '', rest = ''] = match;
  const home = user === '' ? homedir() : await homeOf(user);
  return home === undefined ? path : join(home, rest);
}

async function homeOf(user: string): Promise<string | undefined> {
  try {
    const users = await readFile('/etc/passwd', 'utf8');
    const line = users.split('\n').find((entry) => entry.startsWith(`${user}:`));
    return line?.split(':')[5];
  } catch {
    return undefined;
  }
}
