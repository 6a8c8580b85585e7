import type { RunContext } from '@bake/plugin-sdk';

/**
 * Has the value taken out of all output of each `NAME=value` in the arguments whose name says that it is a secret: it
 * has `secret` or `password` in it, in any case (docs of Packer's provisioner ansible, `extra_arguments`). Names of files are none.
 */
export function protectSecrets(
  texts: readonly string[],
  context: Pick<RunContext, 'protect'>,
): void {
  for (const text of texts) {
    for (const [, name = '', quoted, plain] of text.matchAll(assignment)) {
      const value = quoted ?? plain ?? '';
      if (value !== '' && !/[-_]file$/i.test(name)) context.protect(value);
    }
  }
}

const assignment =
  /([\w.-]*(?:secret|password)[\w.-]*)["']?\s*[=:]\s*(?:["']([^"']*)["']|([^\s"',}]+))/gi;
