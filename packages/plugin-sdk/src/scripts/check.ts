import { stat } from 'node:fs/promises';
import type { Inputs } from '../checkpoints.ts';
import type { Complain } from '../component.ts';
import { systemReason } from '../failure.ts';
import type { ScriptOptions } from './options.ts';

/** Checks where the scripts of a remote shell come from and their variables: files and commands exclude each other. */
export async function checkScripts(
  options: Pick<ScriptOptions, 'inline' | 'script' | 'scripts' | 'environment_vars'>,
  complain: Complain,
): Promise<void> {
  const hasInline = (options.inline ?? []).length > 0;
  const hasScripts = (options.scripts ?? []).length > 0;
  if (options.script && hasScripts) {
    complain('script', {
      summary: 'Only one of script or scripts can be specified.',
      detail: 'Put the path from "script" into the list "scripts", where its turn is.',
    });
  }
  if (!hasInline && !options.script && !hasScripts) {
    complain(undefined, {
      summary: 'Either a script file or inline script must be specified.',
      detail: 'Set "inline" to a list of commands, or "script" or "scripts" to paths of files.',
    });
  }
  if (hasInline && (options.script || hasScripts)) {
    complain('inline', {
      summary: 'Only a script file or an inline script can be specified, not both.',
      detail: 'Use a provisioner for each of them; they run in the order in which they stand.',
    });
  }
  await checkFiles(scriptFiles(options), complain);
  checkVariables(options.environment_vars, complain);
}

/** Complains about each script that does not exist or is a folder. */
export async function checkFiles(
  files: ReturnType<typeof scriptFiles>,
  complain: Complain,
): Promise<void> {
  for (const [option, path] of files) {
    const wrong = await stat(path).then(
      (found) => (found.isDirectory() ? 'it is a folder' : undefined),
      systemReason,
    );
    if (wrong === undefined) continue;
    complain(option, {
      summary: `Bad script '${path}': ${wrong}`,
      detail:
        'Paths of scripts are relative to the folder in which bake is started. Check that the file exists and can be read.',
    });
  }
}

/** The files behind `script` and `scripts`, each with the path of the option that names it: `scripts.0`. */
export function scriptFiles(
  options: Pick<ScriptOptions, 'script' | 'scripts'>,
): readonly (readonly [option: string, path: string])[] {
  return options.script
    ? [['script', options.script]]
    : (options.scripts ?? []).map((path, index) => [`scripts.${index}`, path] as const);
}

/** What a remote shell reads on this machine: its scripts. */
export function scriptInputs(options: Pick<ScriptOptions, 'script' | 'scripts'>): Inputs {
  return { files: scriptFiles(options).map(([, path]) => path) };
}

/** Complains about variables that are not of the form `NAME=value`. */
export function checkVariables(variables: readonly string[] | undefined, complain: Complain): void {
  for (const [index, variable] of (variables ?? []).entries()) {
    if (!/^[^=]+=/.test(variable)) {
      complain(`environment_vars.${index}`, {
        summary: `Environment variable not in format 'key=value': ${variable}`,
        detail:
          'Write a name, an equals sign and the value, for instance "MODE=fast"; the value may be empty.',
      });
    }
  }
}

/** Complains about mistakes in the Go templates of an option that is rendered when the component runs. */
export async function checkCommandTemplates(
  option: string,
  texts: readonly string[],
  complain: Complain,
): Promise<void> {
  for (const [index, text] of texts.entries()) {
    if (!text.includes('{{')) {
      continue;
    }
    const { checkBuildTemplate, TemplateFailure } = await import('../go-template/index.ts');
    try {
      checkBuildTemplate(text);
    } catch (error) {
      if (!(error instanceof TemplateFailure)) {
        throw error;
      }
      const detail = error.detail;
      complain(texts.length === 1 ? option : `${option}.${index}`, {
        summary: error.message,
        ...(detail === undefined ? {} : { detail }),
      });
    }
  }
}
