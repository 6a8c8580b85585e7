import type { Block, Diagnostic, Range } from '@bake/hcl';
import { error, warning } from './diagnostic.ts';

/** What core says of blocks and what they declare. */

const duplicates = {
  variable: { code: 'duplicate-variable', summary: 'Duplicate variable' },
  local: { code: 'duplicate-local', summary: 'Duplicate local definition' },
  data: { code: 'duplicate-data', summary: 'Duplicate data block' },
  source: { code: 'duplicate-source', summary: 'Duplicate source block' },
} as const;

/** What a template declares under a name of its own. */
export type Declared = keyof typeof duplicates;

export function duplicate(
  declared: Declared,
  name: string,
  subject: Range,
  first: string,
): Diagnostic {
  const { code, summary } = duplicates[declared];
  return error(
    code,
    summary,
    `The ${declared} "${name}" was already declared at ${first}. Rename one of the two.`,
    subject,
  );
}

export function invalidName(summary: string, name: string, subject: Range): Diagnostic {
  return error(
    'invalid-name',
    summary,
    `"${name}" cannot be a name: start with a letter or underscore and go on with letters, digits, underscores and dashes.`,
    subject,
  );
}

export function notLiteral(name: string, what: string, subject: Range): Diagnostic {
  return error(
    'not-a-literal',
    'Unsuitable value type',
    `"${name}" must be ${what}, written out: it is read before anything is evaluated.`,
    subject,
  );
}

export function invalidVersionConstraint(text: string, why: string, subject: Range): Diagnostic {
  return error(
    'invalid-version-constraint',
    'Invalid version constraint',
    `"${text}": ${why}`,
    subject,
  );
}

export function unsupportedCoreVersion(
  constraint: string,
  version: string,
  subject: Range,
): Diagnostic {
  return error(
    'unsupported-core-version',
    'Unsupported Packer Core version',
    `The template wants Packer ${constraint}; this bake does what Packer ${version} does. Change required_version if the template works with it.`,
    subject,
  );
}

export function invalidPluginRequirement(
  summary: string,
  detail: string,
  subject: Range,
): Diagnostic {
  return error('invalid-plugin-requirement', summary, detail, subject);
}

export function duplicateRequiredPlugin(name: string, subject: Range, first: string): Diagnostic {
  return error(
    'duplicate-required-plugin',
    `Duplicate required_plugin."${name}" block`,
    `The plugin "${name}" is already required at ${first}. Keep one of the two.`,
    subject,
  );
}

export function missingPlugin(source: string, advice: string, subject: Range): Diagnostic {
  return error(
    'missing-plugin',
    'Missing plugins',
    `The template needs the plugin "${source}". ${advice}`,
    subject,
  );
}

export function unreadablePlugins(summary: string, detail: string, subject: Range): Diagnostic {
  return error('unreadable-plugins', summary, detail, subject);
}

export function blockWithoutEffect(block: Block): Diagnostic {
  return warning(
    'block-without-effect',
    `A "${block.type.name}" block has no effect`,
    `Packer accepts this block and does nothing with it, and so does bake. Take it out, or put what it says into the ${block.type.name === 'from' ? 'sources of the build' : 'source'}.`,
    block.type.range,
    block.header,
  );
}
