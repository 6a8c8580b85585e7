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
} as const;

/** What these flags choose of a template, and the values they give to it. */
export interface TemplateChoice {
  readonly only: readonly string[];
  readonly except: readonly string[];
  readonly assignments: readonly string[];
  readonly variableFiles: readonly string[];
}

/** The choice that a parsed command line makes. */
export function templateChoice(given: FlagValues<typeof templateFlags>): TemplateChoice {
  const { only, except, var: assignments, 'var-file': variableFiles } = given;
  return { only, except, assignments, variableFiles };
}
