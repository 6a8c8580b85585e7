import type { Diagnostic } from '@bake/hcl';
import { systemReason } from '@bake/plugin-sdk';

function error(code: string, summary: string, detail: string): Diagnostic {
  return { severity: 'error', code, summary, detail };
}

/** A path on the command line that does not exist. */
export function noSuchPath(path: string): Diagnostic {
  return error(
    'no-such-path',
    `There is no file or folder "${path}"`,
    'Give the path of a file that ends in .pkr.hcl or .pkrvars.hcl, of a folder that holds some, or - for the standard input.',
  );
}

/** A file that is there, but not HCL by its name. */
export function notConfigFile(path: string): Diagnostic {
  return error(
    'not-an-hcl-file',
    `"${path}" is not an HCL file`,
    'Files that can be formatted end in .pkr.hcl or .pkrvars.hcl. To format something else, give it on the standard input, with - as the path.',
  );
}

/** `cause` is what the system threw. */
export function unreadable(path: string, cause: unknown): Diagnostic {
  return error(
    'unreadable-file',
    `Cannot read "${path}"`,
    `The system says: ${systemReason(cause)}.`,
  );
}

/** `cause` is what the system threw. */
export function unwritable(path: string, cause: unknown): Diagnostic {
  return error(
    'unwritable-file',
    `Cannot write "${path}"`,
    `The system says: ${systemReason(cause)}.`,
  );
}
