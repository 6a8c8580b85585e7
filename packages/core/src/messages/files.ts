import type { Diagnostic } from '@bake/hcl';
import { error } from './diagnostic.ts';

/** What core says of files and their places. */

export function noSuchPath(path: string): Diagnostic {
  return error(
    'no-such-path',
    `There is no file or folder "${path}"`,
    'Give the path of a template (ending in .pkr.hcl, .pkr.json or, for one in the legacy format, .json) or of a folder that holds some.',
  );
}

export function unreadable(path: string, why: string): Diagnostic {
  const isOfFolder = /\.(?:pkr|auto\.pkrvars)\.(?:hcl|json)$/.test(path);
  const advice = isOfFolder
    ? 'Of a folder bake reads every file ending in .pkr.hcl, .pkr.json, .auto.pkrvars.hcl or .auto.pkrvars.json: make this one readable, or rename it.'
    : 'It was named on the command line: check the path, which counts from the working folder, and that you may read it.';
  return error('unreadable-file', `Cannot read "${path}"`, `The system says: ${why}. ${advice}`);
}

export function noConfigFiles(path: string): Diagnostic {
  return error(
    'no-config-files',
    `Could not find any config file in ${path}`,
    'A folder of templates holds files whose names end in .pkr.hcl or .pkr.json.',
  );
}

export function unknownVariableFile(path: string): Diagnostic {
  return error(
    'unknown-variable-file',
    `Could not guess format of ${path}`,
    'Variable files end in .hcl or .json, most often .pkrvars.hcl or .pkrvars.json.',
  );
}
