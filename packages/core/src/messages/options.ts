import type { Diagnostic, Range } from '@bake/hcl';
import { didYouMean, error, warning } from './diagnostic.ts';

/** What core says of components' options. */

/** Said in place of what would quote a secret. */
export const hidden = 'It is sensitive, so what is wrong with it is not shown';

/** What a component says of an option that holds a secret, without its words: they may quote it. */
export function invalidSecret(
  severity: 'error' | 'warning',
  option: string,
  subject: Range,
): Diagnostic {
  const summary = `Invalid value for "${option}"`;
  return { severity, code: 'invalid-config', summary, detail: `${hidden}.`, subject };
}

export function invalidConfig(
  severity: 'error' | 'warning',
  where: string,
  summary: string,
  detail: string | undefined,
  subject: Range,
): Diagnostic {
  return {
    severity,
    code: 'invalid-config',
    summary,
    detail: detail ?? `This was found in ${where}.`,
    subject,
  };
}

export function notYet(option: string, why: string, subject: Range): Diagnostic {
  return error(
    'option-not-supported',
    `"${option}" is not supported yet`,
    `${why} Packer has this option, bake does not do it yet, and an option that did nothing would mislead.`,
    subject,
  );
}

export function deprecated(option: string, advice: string, subject: Range): Diagnostic {
  return {
    severity: 'warning',
    code: 'deprecated-option',
    summary: `"${option}" is deprecated`,
    detail: advice,
    subject,
  };
}

export function notOneOf(
  option: string,
  value: string,
  choices: readonly string[],
  similar: string | undefined,
  subject: Range,
): Diagnostic {
  const list = choices.map((choice) => `"${choice}"`).join(', ');
  return error(
    'invalid-choice',
    `Invalid value for "${option}"`,
    `"${value}" is not one of ${list}.${didYouMean(similar)}`,
    subject,
  );
}

export function invalidDuration(option: string, text: string, subject: Range): Diagnostic {
  const summary =
    option === 'pause_before' || option === 'timeout'
      ? `Failed to parse ${option} duration`
      : `Invalid duration for "${option}"`;
  return error(
    'invalid-duration',
    summary,
    `"${text}" is not a length of time. Write a number and a unit, such as "300ms", "10s", "5m" or "1h30m".`,
    subject,
  );
}

export function invalidTemplate(
  option: string,
  why: string,
  similar: string | undefined,
  subject: Range,
): Diagnostic {
  return error(
    'invalid-go-template',
    `Invalid template in "${option}"`,
    `${why.replace(/\.$/, '')}.${didYouMean(similar)} Text in {{ }} is expanded by bake; write {{\`{{\`}} for two literal braces.`,
    subject,
  );
}

/** `fields` are the names that the component gives the option's template. */
export function unknownField(
  option: string,
  name: string,
  fields: readonly string[],
  similar: string | undefined,
  subject: Range,
): Diagnostic {
  const own = fields.length === 0 ? '' : `${fields.map((field) => `.${field}`).join(', ')} and `;
  return warning(
    'unknown-template-field',
    `{{ .${name} }} has no value in "${option}"`,
    `It becomes the text "<no value>".${didYouMean(similar && `.${similar}`)} There are ${own}the names behind "build.".`,
    subject,
  );
}

/** An option that is expanded before there is anything behind the dot. `isFact`: `build.` has the name. */
export function earlyField(
  option: string,
  name: string,
  isFact: boolean,
  subject: Range,
): Diagnostic {
  const advice = isFact
    ? ` Write \${build.${name}}, or {{ build \`${name}\` }} in a legacy template.`
    : '';
  return warning(
    'early-template-field',
    `{{ .${name} }} has no value in "${option}"`,
    `It becomes the text "<no value>": this option is expanded before the build begins.${advice}`,
    subject,
  );
}

export function unknownOverride(
  option: string,
  similar: string | undefined,
  subject: Range,
): Diagnostic {
  return error(
    'unsupported-argument',
    'Unsupported argument',
    `An argument named "${option}" is not expected here.${didYouMean(similar)}`,
    subject,
  );
}

export function missingOption(option: string, subject: Range): Diagnostic {
  return error(
    'missing-argument',
    'Missing required argument',
    `The argument "${option}" is required, but no definition was found.`,
    subject,
  );
}

export function nullElement(option: string, subject: Range): Diagnostic {
  return error(
    'null-element',
    'null value is not allowed',
    `There is a null in "${option}". Leave the element out, for instance with [for x in list : x if x != null].`,
    subject,
  );
}

export function wrongOptionType(option: string, why: string, subject: Range): Diagnostic {
  return error(
    'incorrect-attribute-type',
    'Incorrect attribute value type',
    `Inappropriate value for attribute "${option}": ${why}.`,
    subject,
  );
}
