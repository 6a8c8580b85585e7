import type { Diagnostic, Range } from '@bake/hcl';
import { error } from './diagnostic.ts';

/** What core says of blocks and what they declare. */

export function duplicate(
  code: string,
  summary: string,
  what: string,
  subject: Range,
  first: string,
): Diagnostic {
  return error(
    code,
    summary,
    `${what} was already declared at ${first}. Rename one of the two.`,
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
    `Invalid ${name}`,
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

export function missingPlugin(source: string, wanted: string, subject: Range): Diagnostic {
  return error(
    'missing-plugin',
    'Missing plugins',
    `The template needs the plugin "${source}", which is not installed. Install the npm package ${wanted} next to the template.`,
    subject,
  );
}

export function hcpNotice(subject: Range): Diagnostic {
  return {
    severity: 'warning',
    code: 'no-hcp',
    summary: 'hcp_packer_registry has no effect',
    detail: 'bake does not talk to HCP Packer. The block is read and otherwise ignored.',
    subject,
  };
}
