import { readFile } from 'node:fs/promises';
import {
  Failure,
  openLocalFile,
  type RunContext,
  systemReason,
  type Upload,
} from '@bake/plugin-sdk';
import { scriptFiles } from '@bake/plugin-sdk/scripts';
import { inlineScript } from '../inline-script.ts';
import type { ShellConfig } from './component.ts';

/** A script to upload. */
export interface Script {
  /** What to call it: its path, or what it is. */
  readonly name: string;
  /** Its content, anew for each attempt to upload it. */
  open(): Promise<Upload>;
}

/** Everyone on the machine may run it: the command may be one that changes the user. */
const mode = 0o755;

const advice =
  'The file was there when the template was checked. Check that you may read it, and do not move scripts while a build runs.';

/** The scripts that a config stands for, in their order. Throws `TemplateFailure`. */
export async function collectScripts(
  shell: ShellConfig,
  context: Pick<RunContext, 'build' | 'data'>,
): Promise<readonly Script[]> {
  const files = scriptFiles(shell).map(([, path]) => fileScript(path, shell.binary));
  return (shell.inline ?? []).length === 0 ? files : [...files, inlineOf(shell, context)];
}

function fileScript(path: string, binary: boolean): Script {
  return {
    name: path,
    async open() {
      if (binary) return { ...(await openLocalFile(path, advice)), mode };
      try {
        return { data: withUnixLines(await readFile(path)), mode, label: path };
      } catch (error) {
        throw new Failure({
          summary: `Error opening shell script "${path}": ${systemReason(error)}`,
          detail: advice,
          cause: error,
        });
      }
    },
  };
}

/** A script that begins with `#!` says itself what runs it, unless the template does. */
function inlineOf(shell: ShellConfig, context: Pick<RunContext, 'build' | 'data'>): Script {
  const commands = shell.inline ?? [];
  const hasOwnShebang = commands[0]?.startsWith('#!') && !shell.inline_shebang;
  const shebang = hasOwnShebang ? '' : shell.inline_shebang || '/bin/sh -e';
  const text = inlineScript(commands, shebang, context);
  const data = shell.binary ? text : withUnixLines(Buffer.from(text));
  const name = 'inline script';
  return { name, open: async () => ({ data, mode, label: name }) };
}

/** LF for CRLF, and one at the end; every other byte as it is. */
function withUnixLines(content: Buffer): Buffer {
  const text = content.toString('latin1').replace(/\r\n/g, '\n');
  return Buffer.from(text === '' || text.endsWith('\n') ? text : `${text}\n`, 'latin1');
}
