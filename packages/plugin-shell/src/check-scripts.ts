import { access } from 'node:fs/promises';
import { type Complain, messageOf } from '@bake/plugin-sdk';

/** Complains about each script file that does not exist. */
export async function checkFiles(
  files: readonly (readonly [option: string, path: string])[],
  complain: Complain,
): Promise<void> {
  for (const [option, path] of files) {
    await access(path).catch((error: unknown) =>
      complain(option, {
        summary: `Bad script '${path}': ${messageOf(error)}`,
        detail:
          'Paths of scripts are relative to the folder in which bake is started. Check that the file exists and can be read.',
      }),
    );
  }
}

/** The files behind `script` and `scripts`, each with the option that names it. */
export function scriptFiles(config: {
  readonly script: string | undefined;
  readonly scripts: readonly string[] | undefined;
}): readonly (readonly [option: string, path: string])[] {
  return config.script
    ? [['script', config.script]]
    : (config.scripts ?? []).map((path) => ['scripts', path] as const);
}

/** Complains about variables that are not of the form `NAME=value`. */
export function checkVariables(variables: readonly string[] | undefined, complain: Complain): void {
  for (const variable of variables ?? []) {
    if (!/^[^=]+=/.test(variable)) {
      complain('environment_vars', {
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
  for (const text of texts) {
    if (!text.includes('{{')) {
      continue;
    }
    const { checkBuildTemplate, TemplateFailure } = await import('@bake/plugin-sdk/go-template');
    try {
      checkBuildTemplate(text);
    } catch (error) {
      if (!(error instanceof TemplateFailure)) {
        throw error;
      }
      const detail = error.detail;
      complain(option, { summary: error.message, ...(detail === undefined ? {} : { detail }) });
    }
  }
}
