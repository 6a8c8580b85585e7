import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A user and password for a host. */
export interface Login {
  readonly login: string;
  readonly password: string;
}

/**
 * The login that the user's file of them (`NETRC`, else `.netrc` in the home folder) has for a host by its name;
 * `default` is for none, as in Packer. A file that is not there or cannot be read has none.
 */
export async function netrcLogin(
  host: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Login | undefined> {
  const name = process.platform === 'win32' ? '_netrc' : '.netrc';
  const path = environment['NETRC'] || join(homedir(), name);
  const text = await readFile(path, 'utf8').catch(() => '');
  return loginIn(text, host);
}

function loginIn(text: string, host: string): Login | undefined {
  // A macro goes to the next empty line; a comment to the end of its own.
  const plain = text.replace(/^\s*macdef.*(?:\n.*\S.*)*/gm, '').replace(/(?:^|\s)#.*$/gm, '');
  const entries = plain.split(/(?:^|\s)(?=(?:machine|default)\s)/);
  const own = entries.find((entry) => /^machine\s+(\S+)/.exec(entry)?.[1] === host);
  if (own === undefined) return undefined;
  const word = (name: string): string => new RegExp(`\\s${name}\\s+(\\S+)`).exec(own)?.[1] ?? '';
  return { login: word('login'), password: word('password') };
}
