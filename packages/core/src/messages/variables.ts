import type { Block, Diagnostic, Range } from '@bake/hcl';
import { didYouMean, error } from './diagnostic.ts';

/** What core says of variables and their values. */

export function invalidDefault(name: string, why: string, subject: Range): Diagnostic {
  return error(
    'invalid-default',
    'Invalid default value for variable',
    `The default of "${name}" does not fit its type: ${why}.`,
    subject,
  );
}

export function unsetVariable(name: string, subject: Range): Diagnostic {
  return error(
    'unset-variable',
    `Unset variable "${name}"`,
    `The variable "${name}" has no default and no value was given. Set it with -var '${name}=...', in a -var-file, in a *.auto.pkrvars.hcl file or with the environment variable PKR_VAR_${name}.`,
    subject,
  );
}

export function invalidValue(name: string, from: string, why: string, subject?: Range): Diagnostic {
  return error(
    'invalid-variable-value',
    from === '-var' ? 'Invalid argument value for -var variable' : 'Invalid value for variable',
    `The value that ${from} gives to "${name}" does not fit the variable's type: ${why}.`,
    subject,
  );
}

export function malformedVarArgument(text: string): Diagnostic {
  return error(
    'malformed-var-argument',
    `Invalid -var option "${text}"`,
    'Write it as name=value.',
  );
}

export function undefinedVarArgument(name: string, similar: string | undefined): Diagnostic {
  return error(
    'undefined-variable-argument',
    'Undefined -var variable',
    `A "${name}" variable was passed in the command line but it is not in the template.${didYouMean(similar)} Declare it with variable "${name}" {}, or leave the option out.`,
  );
}

export function undefinedVariable(
  name: string,
  similar: string | undefined,
  subject: Range,
): Diagnostic {
  return {
    severity: 'warning',
    code: 'undefined-variable',
    summary: 'Undefined variable',
    detail: `A "${name}" variable was set but was not declared in the template.${didYouMean(similar)}`,
    subject,
  };
}

export function blockInVariableFile({ type, labels, header }: Block): Diagnostic {
  const isDeclaration = type.name === 'variable';
  return error(
    'block-in-variable-file',
    isDeclaration ? 'Variable declaration in a .pkrvar file' : `Unexpected "${type.name}" block`,
    isDeclaration
      ? `A variable file gives values: write ${labels[0]?.value ?? 'name'} = "..." here and put the declaration in a .pkr.hcl file.`
      : 'A variable file holds nothing but name = "value". Put the block in a .pkr.hcl file.',
    type.range,
    header,
  );
}

export function failedValidation(
  name: string,
  kind: string,
  from: string,
  message: string,
  subject: Range,
): Diagnostic {
  return error(
    'failed-validation',
    `Invalid value for ${kind} variable`,
    `${message} The value of "${name}" comes from ${from}.`,
    subject,
  );
}

export function invalidValidation(summary: string, detail: string, subject: Range): Diagnostic {
  return error('invalid-validation', summary, detail, subject);
}
