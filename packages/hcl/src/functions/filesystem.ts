import { isUtf8 } from 'node:buffer';
import { existsSync, readFileSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { isIdentifier } from '../syntax/characters.ts';
import { setValue } from '../value/set.ts';
import { anyType, boolType, setOf, stringType } from '../value/type.ts';
import { boolValue, stringValue, type Value } from '../value/value.ts';
import { argumentAt, entriesOf, textAt, wrongKind } from './argument.ts';
import {
  defineFunction,
  type FunctionContext,
  FunctionFailure,
  type HclFunction,
} from './define-function.ts';
import { baseName, dirName, expandHome, slashed } from './file-path.ts';
import { findFiles } from './find-files.ts';
import { anyParameter, stringParameter } from './parameter.ts';

/** Functions of paths and files. */
export const filesystemFunctions: readonly HclFunction[] = [
  pathFunction('basename', 'Gives the last part of a path.', baseName),
  pathFunction('dirname', 'Gives a path without its last part.', dirName),
  pathFunction(
    'abspath',
    'Makes a path absolute, starting from the working folder.',
    (text, context) => slashed(path.resolve(context.workingDir, text)),
  ),
  pathFunction(
    'pathexpand',
    'Replaces ~ at the start of a path by the home folder.',
    (text, context) => slashed(expandHome(text, context)),
  ),
  pathFunction(
    'file',
    'Reads a file of UTF-8 text, its path starting from the folder of the template.',
    (text, context) => readText(text, context),
  ),
  pathFunction(
    'filebase64',
    'Reads a file, its path starting from the working folder, and writes its bytes in Base64.',
    (text, context) =>
      readBytes(path.resolve(context.workingDir, text), text, context).toString('base64'),
  ),
  defineFunction({
    name: 'fileexists',
    doc: 'Tells whether there is a file, its path starting from the folder of the template.',
    parameters: [stringParameter('path')],
    result: boolType,
    call: (args, context) => boolValue(fileExists(textAt(args, 0), context)),
  }),
  defineFunction({
    name: 'fileset',
    doc: 'Finds the files in a folder whose paths match a pattern with *, **, ?, [a-z] and {a,b}.',
    parameters: [stringParameter('path'), stringParameter('pattern')],
    result: setOf(stringType),
    call: (args, { baseDir }) => {
      const folder = path.resolve(baseDir, textAt(args, 0));
      return setValue(stringType, findFiles(folder, textAt(args, 1)).map(stringValue));
    },
  }),
  defineFunction({
    name: 'templatefile',
    doc: 'Renders a file as a template with the given variables.',
    parameters: [stringParameter('path'), anyParameter('variables')],
    result: anyType,
    call: templateFile,
  }),
];

function pathFunction(
  name: string,
  doc: string,
  apply: (text: string, context: FunctionContext) => string,
): HclFunction {
  return defineFunction({
    name,
    doc,
    parameters: [stringParameter('path')],
    result: stringType,
    call: (args, context) => stringValue(apply(textAt(args, 0), context)),
  });
}

function readText(given: string, context: FunctionContext): string {
  const bytes = readBytes(fromBase(given, context), given, context);
  if (isUtf8(bytes)) return bytes.toString();
  const advice = 'filebase64 can read any file';
  throw new FunctionFailure(`"${given}" is not UTF-8 text; ${advice}.`, 0);
}

function fromBase(given: string, context: FunctionContext): string {
  return path.resolve(context.baseDir, expandHome(given, context));
}

function readBytes(full: string, given: string, context: FunctionContext): Buffer {
  try {
    return readFileSync(full);
  } catch (error) {
    throw new FunctionFailure(`${accessProblem(error, given, full, context)}.`, 0);
  }
}

function fileExists(given: string, context: FunctionContext): boolean {
  const full = fromBase(given, context);
  try {
    const found = statSync(full, { throwIfNoEntry: false });
    if (found === undefined) return false;
    if (found.isFile()) return true;
  } catch (error) {
    // A path through something that is no folder leads nowhere.
    if (codeOf(error) === 'ENOTDIR') return false;
    throw new FunctionFailure(`${accessProblem(error, given, full, context)}.`, 0);
  }
  throw new FunctionFailure(`"${given}" exists, but it is a folder or a device, not a file.`, 0);
}

/** The file is there when one starts at the working folder: most often `"${path.root}/..."` was written. */
const rootTwice =
  '. Relative paths are taken from path.root: leave it out, or write abspath("...") around the path';

function accessProblem(
  error: unknown,
  given: string,
  full: string,
  context: FunctionContext,
): string {
  const isAbsolute = path.isAbsolute(given);
  const place = isAbsolute ? `"${given}"` : `"${given}" (${full})`;
  const started = path.resolve(context.workingDir, given);
  const isThere = started !== full && existsSync(started);
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `There is no file ${place}${isThere ? rootTwice : ''}`;
    case 'EISDIR':
      return `${place} is a folder, not a file`;
    case 'EACCES':
    case 'EPERM':
      return `${place} may not be read by the current user`;
    default:
      return `${place} can't be read: ${String(codeOf(error) ?? error)}`;
  }
}

/** Without `instanceof`: an error of the file system may come from another realm. */
function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function templateFile(args: readonly Value[], context: FunctionContext): Value {
  const variables = argumentAt(args, 1);
  const entries = entriesOf(variables);
  if (entries === undefined) throw wrongKind('a map or object', variables, 1);
  for (const name of entries.keys()) {
    if (!isIdentifier(name)) {
      const rule = 'a letter, then letters, digits, "_" and "-"';
      throw new FunctionFailure(
        `"${name}" can't be the name of a variable; it must be ${rule}.`,
        1,
      );
    }
  }
  const given = textAt(args, 0);
  return context.renderTemplate(given, readText(given, context), entries);
}
