import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import {
  type Diagnostic,
  Diagnostics,
  formatConfig,
  parseConfig,
  sourceFromBytes,
} from '@bake/hcl';
import { ArgumentError, parseFlags } from '../arguments/flags.ts';
import { templateFlags } from '../arguments/template-flags.ts';
import { findConfigFiles } from '../format/config-files.ts';
import * as messages from '../format/messages.ts';
import { replaceFile } from '../format/replace-file.ts';
import type { Terminal } from '../terminal.ts';
import { type AnnotatedView, annotatedView } from '../views/annotated-view.ts';
import { lineDiff } from '../views/line-diff.ts';
import type { Command } from './command.ts';

const flags = {
  check: {
    kind: 'bool',
    help: 'Change nothing; exit with 3 if a file is not in canonical layout.',
  },
  diff: { kind: 'bool', help: 'Show what changes.' },
  write: { kind: 'bool', help: 'Write to the files (the default); -write=false only lists them.' },
  recursive: { kind: 'bool', help: 'Format the files of folders below, too.' },
} as const;

/** What to do with each file. */
interface Task {
  readonly isWritten: boolean;
  readonly isShown: boolean;
  /** Told of files that ought to be in canonical layout. */
  readonly annotations: AnnotatedView['annotations'];
  readonly terminal: Terminal;
  readonly diagnostics: Diagnostics;
}

/** `bake fmt`: puts configuration files into canonical layout. Files with mistakes stay as they are. */
export const fmtCommand: Command = {
  name: 'fmt',
  summary: 'Puts configuration and variable files into canonical layout.',
  operands: 'PATH...',
  flags,
  async run(argv, terminal) {
    // Packer takes the flags of templates here, too, and does nothing with them.
    const { flags: given, operands } = parseFlags(argv, { ...templateFlags, ...flags });
    if (operands.length === 0) {
      throw new ArgumentError(
        'Give the paths of files or folders to format, or - for the standard input.',
      );
    }
    const diagnostics = new Diagnostics();
    const isWritten = given.write !== false && given.check !== true;
    const view = await annotatedView(terminal);
    const annotations = given.check === true ? view.annotations : undefined;
    const isShown = given.diff === true;
    const task = { isWritten, isShown, annotations, terminal, diagnostics };
    const changed = await formatAll(operands, given.recursive === true, task);
    view.show(diagnostics.list);
    if (diagnostics.hasErrors || terminal.signal.aborted) return 1;
    return given.check === true && changed > 0 ? 3 : 0;
  },
};

/** Gives the number of texts that were not in canonical layout. */
async function formatAll(
  operands: readonly string[],
  isRecursive: boolean,
  task: Task,
): Promise<number> {
  let changed = 0;
  for (const operand of operands) {
    const isInput = operand === '-';
    const paths = isInput ? [operand] : findConfigFiles(operand, isRecursive, task.diagnostics);
    for (const path of paths) {
      // Files are read and written at once; in between an interrupt must come through.
      await setImmediate();
      if (task.terminal.signal.aborted) return changed;
      if (await (isInput ? formatInput(task) : formatFile(path, task))) changed += 1;
    }
  }
  return changed;
}

/** Prints the result, unless it was only asked whether there is something to change. */
async function formatInput({ terminal, isWritten, diagnostics }: Task): Promise<boolean> {
  const result = format('<stdin>', await buffer(terminal.input), diagnostics);
  if (result === undefined) return false;
  const isChanged = result.after !== result.before;
  if (isWritten || !isChanged) terminal.writeData(result.after);
  return isChanged;
}

/** Prints the file's name if there is something to change. */
function formatFile(path: string, task: Task): boolean {
  const { terminal, diagnostics, isWritten, isShown, annotations } = task;
  const bytes = attempt(
    () => readFileSync(path),
    (cause) => messages.unreadable(path, cause),
    diagnostics,
  );
  const result = bytes && format(path, bytes, diagnostics);
  if (result === undefined || result.after === result.before) return false;
  terminal.writeData(`${path}\n`);
  if (isWritten) {
    attempt(
      () => replaceFile(path, result.after),
      (cause) => messages.unwritable(path, cause),
      diagnostics,
    );
  }
  if (isShown) terminal.writeData(lineDiff(path, result.before, result.after));
  annotations?.unformatted(path);
  return true;
}

/** `undefined`, with a diagnostic, when it fails. */
function attempt<T>(
  act: () => T,
  message: (cause: unknown) => Diagnostic,
  diagnostics: Diagnostics,
): T | undefined {
  try {
    return act();
  } catch (error) {
    diagnostics.add(message(error));
    return undefined;
  }
}

interface Formatted {
  readonly before: string;
  readonly after: string;
}

/** `undefined`, with diagnostics, for what is not valid HCL. */
function format(name: string, bytes: Buffer, diagnostics: Diagnostics): Formatted | undefined {
  const decoded = sourceFromBytes(name, bytes);
  if ('problem' in decoded) {
    diagnostics.add(decoded.problem);
    return undefined;
  }
  const { source } = decoded;
  const mistakes = parseConfig(source).diagnostics;
  diagnostics.add(...mistakes);
  if (mistakes.some(({ severity }) => severity === 'error')) return undefined;
  return { before: source.text, after: formatConfig(source) };
}
