import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { bakeVersion, type Listener } from '@bake/core';
import { systemReason } from '@bake/plugin-sdk';
import { ArgumentError } from '../arguments/flags.ts';
import { putFile } from '../format/replace-file.ts';
import { type DiagnosticsView, diagnosticsView } from '../views/diagnostics.ts';
import { plainTheme } from '../views/theme.ts';
import { reportPage } from './report-page.ts';
import { RunRecorder } from './run-record.ts';

/** Writes down a run as a page, when it is over. */
export class ReportFile {
  readonly diagnostics: DiagnosticsView;
  readonly #path: string;
  readonly #title: string;
  readonly #recorder = new RunRecorder();
  #remarks = '';

  /** Throws an `ArgumentError` when the file cannot be written: better now than after an hour. */
  constructor(path: string, title: string) {
    this.#path = path;
    this.#title = title;
    if (path === '') throw new ArgumentError('-report cannot be written to: it names no file.');
    try {
      mkdirSync(dirname(path), { recursive: true });
      accessSync(existsSync(path) ? path : dirname(path), constants.W_OK);
    } catch (error) {
      throw new ArgumentError(`-report cannot be written to: ${systemReason(error)}`);
    }
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new ArgumentError('-report cannot be written to: it is a folder.');
    }
    const write = (text: string): void => {
      this.#remarks += text;
    };
    this.diagnostics = diagnosticsView({ write, writeError: write }, plainTheme);
  }

  get listener(): Listener {
    return this.#recorder.listener;
  }

  /** Writes the page; gives what hindered it, in words. */
  write(exitCode: number): string | undefined {
    const page = reportPage({
      title: this.#title,
      version: bakeVersion,
      exitCode,
      remarks: this.#remarks,
      run: this.#recorder.record,
    });
    try {
      putFile(this.#path, page, 0o600);
      return undefined;
    } catch (error) {
      return `The report ${this.#path} cannot be written: ${systemReason(error)}.`;
    }
  }
}
