import { compareText, type JsonString } from '@bake/hcl';
import type { LegacyVariable } from '../legacy-template.ts';
import { annotations } from './annotations.ts';
import { quoted } from './hcl-text.ts';
import { keptComment, translator, type Upgrade } from './upgrade.ts';
import type { Place } from './vocabulary.ts';

/** The locals of the template, without what else needs them. */
export interface LocalTexts {
  /** A block each. */
  readonly sensitive: readonly string[];
  /** Lines of one block, with the comment over it. */
  readonly plain: string;
}

/** Variables whose value can be given, one block each, sorted by name. Ask when all else is translated. */
export function variableBlocks(upgrade: Upgrade): readonly string[] {
  const { legacy, vocabulary } = upgrade;
  const declared = [...legacy.variables]
    .filter(([name]) => !vocabulary.isLocal(name))
    .map(([name, variable]) => {
      const given = variable.default && textAt(variable, 'variable', upgrade);
      return [vocabulary.nameOf(name), given, variable.sensitive] as const;
    });
  const fromEnvironment = [...vocabulary.environment].map(
    ([name, variable]) => [name, { text: `env(${quoted(variable)})`, comment: '' }, false] as const,
  );
  const undeclared = [...vocabulary.undeclared.keys()].map(
    (name) => [vocabulary.nameOf(name), null, false] as const,
  );
  return [...declared, ...fromEnvironment, ...undeclared]
    .toSorted(([one], [other]) => compareText(one, other))
    .map(([name, given, isSensitive]) => {
      const lines = [
        'type = string',
        ...(given === null ? [] : [`default = ${given.text}`]),
        ...(isSensitive ? ['sensitive = true'] : []),
      ];
      return `${given?.comment ?? ''}variable "${name}" {\n${lines.join('\n')}\n}\n`;
    });
}

/** Variables whose value is computed. */
export function localTexts(upgrade: Upgrade): LocalTexts {
  const { legacy, vocabulary } = upgrade;
  const locals = [...legacy.variables]
    .filter(([name]) => vocabulary.isLocal(name))
    .toSorted(([one], [other]) => compareText(one, other))
    .map(([name, variable]) => ({
      name: vocabulary.nameOf(name),
      sensitive: variable.sensitive,
      ...textAt(variable, 'local', upgrade),
    }));
  const open = locals.filter(({ sensitive }) => !sensitive);
  const lines = open.map(({ name, text }) => `${name} = ${text}\n`).join('');
  const comments = open.map(({ comment }) => comment).join('');
  return {
    sensitive: locals
      .filter(({ sensitive }) => sensitive)
      .map(
        ({ name, text, comment }) =>
          `${comment}local "${name}" {\nsensitive = true\nexpression = ${text}\n}\n`,
      ),
    plain: open.length === 0 ? '' : `${comments}locals {\n${lines}}\n`,
  };
}

/** The block for the time, in Packer's layout. */
export function timestampBlock({ vocabulary }: Upgrade, isAnnotated: boolean): readonly string[] {
  const { timestamp } = vocabulary;
  if (timestamp === undefined) return [];
  const comment = isAnnotated ? annotations.timestamp : '';
  return [`${comment}locals { ${timestamp} = regex_replace(timestamp(), "[- TZ:]", "") }\n`];
}

function textAt(
  { default: value, sensitive }: LegacyVariable,
  place: Place,
  upgrade: Upgrade,
): { readonly text: string; readonly comment: string } {
  const kept = new Set<string>();
  const text = translator(upgrade, place, kept, sensitive).string(value as JsonString);
  return { text, comment: keptComment(kept) };
}
