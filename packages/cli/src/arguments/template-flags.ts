import type { FlagValues } from './flags.ts';

/** Flags of every command that reads a template. */
export const templateFlags = {
  only: { kind: 'list', value: 'a,b', help: 'Build only these (names with * as wildcard).' },
  except: {
    kind: 'list',
    value: 'a,b',
    help: 'Build all but these; also leaves out post-processors of that name.',
  },
  var: { kind: 'strings', value: 'key=value', help: 'Set a variable. May be given again.' },
  'var-file': {
    kind: 'strings',
    value: 'path',
    help: 'Read variables from a file. May be given again.',
  },
  'use-sequential-evaluation': {
    kind: 'bool',
    help: 'Read data sources one at a time, then evaluate locals, which data sources then cannot see.',
  },
  'config-type': {
    kind: 'string',
    oneOf: ['json', 'hcl2'],
    help: 'What a template on the standard input (path -) is written in; json by default.',
  },
} as const;

/** Flags of commands that look for what plugins are installed. */
export const pluginFlags = {
  'ignore-prerelease-plugins': {
    kind: 'bool',
    help: 'Leave out installed plugins whose version is a pre-release, such as 1.2.0-beta.1.',
  },
} as const;

/** What these flags choose of a template, and the values they give to it. */
export interface TemplateChoice {
  readonly only: readonly string[];
  readonly except: readonly string[];
  readonly assignments: readonly string[];
  readonly variableFiles: readonly string[];
  /** Data sources one after the other, then locals. */
  readonly sequential: boolean;
  /** What a template that has no file is written in. */
  readonly configType: 'json' | 'hcl2' | undefined;
}

/** The choice that a parsed command line makes. */
export function templateChoice(given: FlagValues<typeof templateFlags>): TemplateChoice {
  const { only, except, var: assignments, 'var-file': variableFiles } = given;
  const sequential = given['use-sequential-evaluation'] === true;
  const configType = given['config-type'] as TemplateChoice['configType'];
  return { only, except, assignments, variableFiles, sequential, configType };
}
