import type { Diagnostic, Diagnostics, Range } from '@bake/hcl';
import type { Complain } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';
import type { OptionValues } from './read-options.ts';

/** Describes a mistake in an option, or in the block as a whole, where it stands. */
export type Locate = (
  option: string | undefined,
  describe: (subject: Range) => Diagnostic,
) => Diagnostic;

/**
 * What a component's `check` complains with. What it says of an option that is not known yet is dropped,
 * and what it says of the whole if an option seems not to be set because it is not known yet;
 * of one that holds a secret only that it is wrong is passed on, since its words may quote the secret.
 * `where` names the component.
 */
export function complainer(
  { unknown, secret, looksUnset }: OptionValues,
  where: string,
  locate: Locate,
  diagnostics: Diagnostics,
): Complain {
  return (option, { summary, detail, severity = 'error' }) => {
    if (option === undefined ? looksUnset : isOneOf(unknown, option)) return;
    const describe = (subject: Range): Diagnostic =>
      option !== undefined && isOneOf(secret, option)
        ? messages.invalidSecret(severity, option, subject)
        : messages.invalidConfig(severity, where, summary, detail, subject);
    diagnostics.add(locate(option, describe));
  };
}

/** Whether an option's path, or that of a block around it, is among these. */
function isOneOf(paths: ReadonlySet<string>, path: string): boolean {
  const parts = path.split('.');
  return parts.some((_, index) => paths.has(parts.slice(0, index + 1).join('.')));
}
