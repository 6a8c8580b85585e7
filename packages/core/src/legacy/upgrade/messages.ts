import type { Diagnostic, Range } from '@bake/hcl';

/** What an upgrade of a legacy template has to say. Warnings are about what deserves a look. */

function warning(
  code: string,
  summary: string,
  detail: string,
  subject: Range | undefined,
): Diagnostic {
  return { severity: 'warning', code, summary, detail, ...(subject && { subject }) };
}

export function keptCalls(names: readonly string[], subject: Range | undefined): Diagnostic {
  return warning(
    'kept-go-template',
    `Still a Go template: ${names.join(', ')}`,
    'HCL has nothing that does quite the same. It is carried out as before, after all HCL around it.',
    subject,
  );
}

export function noGoTemplate(why: string, subject: Range | undefined): Diagnostic {
  return warning(
    'invalid-go-template',
    'Cannot read the {{ }} in this text',
    `It is taken over as it stands: ${why}.`,
    subject,
  );
}

export function noArgumentName(name: string, subject: Range): Diagnostic {
  return {
    severity: 'error',
    code: 'no-argument-name',
    summary: `"${name}" cannot be the name of an argument in HCL`,
    detail: 'It was left out. Names are letters, digits, "_" and "-", and begin with no digit.',
    subject,
  };
}

export function renamedSource(from: string, to: string, subject: Range): Diagnostic {
  return warning(
    'renamed-source',
    `The builder "${from}" becomes the source "${to}"`,
    'Names of sources are fixed words in HCL, without variables, spaces or dots. Look where the name is used: in file names, and with -only and -except.',
    subject,
  );
}

export function renamedVariable(from: string, to: string, subject: Range | undefined): Diagnostic {
  return warning(
    'renamed-variable',
    `The variable "${from}" becomes "${to}"`,
    'Names of variables have no spaces or dots in HCL. Use the new name with -var and in files of variables.',
    subject,
  );
}

export function variablesBecomeLocals(
  names: readonly string[],
  subject: Range | undefined,
): Diagnostic {
  const what = names.length === 1 ? 'The variable becomes a local' : 'Variables become locals';
  return warning(
    'variables-become-locals',
    `${what}: ${names.join(', ')}`,
    'A computed value cannot be the default of a variable in HCL. Locals cannot be set with -var or in a file of variables.',
    subject,
  );
}

export function undeclaredVariable(name: string, subject: Range): Diagnostic {
  return warning(
    'undeclared-variable',
    `The variable "${name}" was not declared`,
    'It was empty when nobody gave it a value. In HCL it now is a variable without a default, which must be given one.',
    subject,
  );
}

export function unknownBuilderType(type: string, subject: Range): Diagnostic {
  return {
    severity: 'error',
    code: 'unknown-component',
    summary: `Unknown builder type "${type}"`,
    detail:
      'Neither bake nor the plugins found have it, so which of its options are blocks is a guess. Compare the source block with what the plugin documents.',
    subject,
  };
}
