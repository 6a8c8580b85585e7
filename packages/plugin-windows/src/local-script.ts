import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Failure, systemReason, type Upload } from '@bake/plugin-sdk';

/** A script to upload. */
export interface LocalScript {
  /** What to call it: its path, or what it is. */
  readonly name: string;
  /** Its name when the template names a folder on the machine. */
  readonly fileName: string;
  /** Its content, anew for each attempt to upload it. Rejects with a `Failure`. */
  open(): Promise<Upload>;
}

/** A script in a file here, byte for byte. */
export function fileScript(path: string): LocalScript {
  const open = async (): Promise<Upload> => {
    const { size } = await stat(path);
    return { data: createReadStream(path), size, label: path };
  };
  return { name: path, fileName: basename(path), open: () => open().catch(readFailure(path)) };
}

/** A script in a file here, with the line ends that Windows wants in batch files. */
export function batchScript(path: string): LocalScript {
  const open = async (): Promise<Upload> => {
    const text = (await readFile(path)).toString('latin1');
    return { data: Buffer.from(withWindowsLines(text), 'latin1'), label: path };
  };
  return { name: path, fileName: basename(path), open: () => open().catch(readFailure(path)) };
}

/** A script that the template itself holds. */
export function inlineOf(text: string, fileName: string): LocalScript {
  const name = 'inline script';
  return { name, fileName, open: async () => ({ data: text, label: name }) };
}

/** CRLF for LF: with LF alone `cmd` can miss the labels of a batch file. */
export function withWindowsLines(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}

function readFailure(path: string): (error: unknown) => never {
  return (error) => {
    throw new Failure({
      summary: `Error opening script "${path}": ${systemReason(error)}`,
      detail:
        'The file was there when the template was checked. Do not move scripts while a build runs.',
      cause: error,
    });
  };
}
