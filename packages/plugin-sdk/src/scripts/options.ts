import { type Infer, numbers, string, stringMap, strings } from '../schema/option.ts';

/** Options that all components of the shell family share. */
export const scriptOptions = {
  inline: strings('Commands to run, put together into one script in their order.', {
    example: '["echo hello", "uname -a"]',
  }),
  script: string('Path of a script to run, relative to the working folder.'),
  scripts: strings('Paths of scripts to run one after another.'),
  valid_exit_codes: numbers('Exit codes of a script that succeeded.', { default: [0] }),
  environment_vars: strings('Variables for the script, each as `NAME=value`.', {
    example: '["MODE=fast"]',
  }),
  env: stringMap('Variables for the script; they win over `environment_vars`.', {
    example: '{ MODE = "fast" }',
  }),
} as const;

/** The decoded shared options. */
export type ScriptOptions = Infer<typeof scriptOptions>;
