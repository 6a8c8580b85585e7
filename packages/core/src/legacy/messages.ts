import { type Diagnostic, type Range, showRange } from '@bake/hcl';

/** What can be wrong with a template in the legacy JSON format, beside what is wrong with any template. */

function error(code: string, summary: string, detail: string, subject?: Range): Diagnostic {
  return { severity: 'error', code, summary, detail, ...(subject && { subject }) };
}

function didYouMean(similar: string | undefined): string {
  return similar === undefined ? '' : ` Did you mean "${similar}"?`;
}

export function notLegacyJson(path: string): Diagnostic {
  return error(
    'not-legacy-json',
    `Cannot read "${path}" as a legacy JSON template`,
    'A file whose name does not end in .pkr.hcl or .pkr.json is read as legacy JSON, and this one is not JSON. If it is an HCL template, rename it so that it ends in .pkr.hcl.',
  );
}

export function notLegacyPath(path: string): Diagnostic {
  return error(
    'not-legacy-json',
    `"${path}" is no legacy JSON template`,
    'Folders and files whose names end in .pkr.hcl or .pkr.json are templates in HCL. Give the path of one JSON file.',
  );
}

export function unknownRootKey(
  name: string,
  similar: string | undefined,
  subject: Range,
): Diagnostic {
  return error(
    'unknown-root-key',
    `Unknown root level key in template: "${name}"`,
    `A legacy template has builders, provisioners, post-processors, variables and a few more; a comment's name starts with an underscore.${didYouMean(similar)}`,
    subject,
  );
}

export function duplicateField(name: string, first: Range, subject: Range): Diagnostic {
  const { file, start } = showRange(first);
  return error(
    'duplicate-field',
    `Template has duplicate field: "${name}"`,
    `It was already set at ${file}:${start.line}. Take one of the two out.`,
    subject,
  );
}

export function wrongKind(what: string, wanted: string, subject: Range): Diagnostic {
  return error('wrong-json-type', `Invalid ${what}`, `Write ${wanted} here.`, subject);
}

export function missingType(what: string, subject: Range): Diagnostic {
  return error(
    'missing-type',
    `Missing type of ${what}`,
    'A "type" must say which plugin is meant, as in "type": "shell".',
    subject,
  );
}

export function nestedSequence(subject: Range): Diagnostic {
  return error(
    'nested-sequence',
    'Sequence not allowed to be nested in a sequence',
    'In "post-processors", an array inside the array is a sequence; go no deeper.',
    subject,
  );
}

export function noBuilders(subject: Range): Diagnostic {
  return error(
    'no-builders',
    'At least one builder must be defined',
    'Add one to "builders": [{ "type": "..." }].',
    subject,
  );
}

export function duplicateBuilder(name: string, subject: Range): Diagnostic {
  return error(
    'duplicate-builder',
    `Builder with name "${name}" already exists`,
    'Builders of one type need names of their own: add "name": "..." to this one.',
    subject,
  );
}

export function unknownBuilder(
  kind: string,
  name: string,
  similar: string | undefined,
  subject: Range,
): Diagnostic {
  return error(
    'unknown-builder',
    `"${kind}" names a builder that is not there: "${name}"`,
    `Names are those of builders as written, or their types if they have none.${didYouMean(similar)}`,
    subject,
  );
}

export function unsupportedVersion(wanted: string, version: string, subject: Range): Diagnostic {
  return error(
    'unsupported-core-version',
    'Unsupported Packer Core version',
    `This template requires Packer version ${wanted} or higher; this bake does what Packer ${version} does. Change min_packer_version if the template works with it.`,
    subject,
  );
}

export function invalidVersion(text: string, subject: Range): Diagnostic {
  return error(
    'invalid-version',
    'Invalid min_packer_version',
    `"${text}" is not a version. Write for instance "1.6.0".`,
    subject,
  );
}

export function hclOnly(name: string, subject: Range): Diagnostic {
  return error(
    'unsupported-argument',
    'Unsupported argument',
    `"${name}" is known in HCL templates only.`,
    subject,
  );
}

// ---- variables ----

export function requiredVariable(name: string, subject: Range): Diagnostic {
  return error(
    'unset-variable',
    `Required variable not set: "${name}"`,
    `Its default is null, so a value must be given, with -var '${name}=...' or in a -var-file.`,
    subject,
  );
}

export function invalidVariable(name: string, why: string, subject: Range | undefined): Diagnostic {
  return error(
    'invalid-default',
    `Cannot expand the variable "${name}"`,
    /[.!?]$/.test(why) ? why : `${why}.`,
    subject,
  );
}

export function unknownSensitive(
  name: string,
  similar: string | undefined,
  subject: Range,
): Diagnostic {
  return {
    severity: 'warning',
    code: 'unknown-sensitive-variable',
    summary: `There is no variable "${name}" to keep secret`,
    detail: `"sensitive-variables" names entries of "variables".${didYouMean(similar)}`,
    subject,
  };
}

export function malformedVariableFile(path: string, subject: Range | undefined): Diagnostic {
  return error(
    'malformed-variable-file',
    `Error reading variables in "${path}"`,
    'A variable file for a legacy template is one JSON object, in which every value is text in double quotes.',
    subject,
  );
}

export function invalidTemplate(
  option: string,
  why: string,
  similar: string | undefined,
  subject: Range,
): Diagnostic {
  const detail = `${why}.${didYouMean(similar)}`;
  return error('invalid-go-template', `Invalid template in "${option}"`, detail, subject);
}

// ---- fixing ----

export function cannotFix(why: string, subject: Range | undefined): Diagnostic {
  return error('cannot-fix', 'Cannot fix the template', `${why}.`, subject);
}
