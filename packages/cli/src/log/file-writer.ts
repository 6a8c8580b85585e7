import { openSync, writeSync } from 'node:fs';

/**
 * Begins a file anew that only this user can read, and gives how to write on. Throws when it cannot be opened; when
 * later it cannot be written to, a full disk for instance, that is said once and the rest is lost.
 */
export function fileWriter(path: string): (text: string) => void {
  const file = openSync(path, 'w', 0o600);
  let isBroken = false;
  return (text) => {
    if (isBroken) return;
    try {
      writeSync(file, text);
    } catch (error) {
      isBroken = true;
      process.stderr.write(`The log "${path}" ends here: ${(error as Error).message}\n`);
    }
  };
}
