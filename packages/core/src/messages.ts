import type { Block, Diagnostic, Range } from '@bake/hcl';

/**
 * Everything that core reports about a template, in one place so that wording is reviewed in one place.
 * Summaries are Packer's where it has one (core-behaviour, section 3.9); codes are ours and stable.
 */

function error(
  code: string,
  summary: string,
  detail: string,
  subject?: Range,
  context?: Range,
): Diagnostic {
  return {
    severity: 'error',
    code,
    summary,
    detail,
    ...(subject && { subject }),
    ...(context && { context }),
  };
}

function didYouMean(similar: string | undefined): string {
  return similar === undefined ? '' : ` Did you mean "${similar}"?`;
}

// ---- files ----

export function noSuchPath(path: string): Diagnostic {
  return error(
    'no-such-path',
    `There is no file or folder "${path}"`,
    'Give the path of a template (ending in .pkr.hcl, .pkr.json or, for one in the legacy format, .json) or of a folder that holds some.',
  );
}

export function unreadable(path: string, why: string): Diagnostic {
  return error('unreadable-file', `Cannot read "${path}"`, `${why}.`);
}

export function noConfigFiles(path: string): Diagnostic {
  return error(
    'no-config-files',
    `Could not find any config file in ${path}`,
    'A folder of templates holds files whose names end in .pkr.hcl or .pkr.json.',
  );
}

export function unknownVariableFile(path: string): Diagnostic {
  return error(
    'unknown-variable-file',
    `Could not guess format of ${path}`,
    'Variable files end in .hcl or .json, most often .pkrvars.hcl or .pkrvars.json.',
  );
}

// ---- blocks ----

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

// ---- variables ----

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

export function declarationInVariableFile(block: Block): Diagnostic {
  return error(
    'declaration-in-variable-file',
    'Variable declaration in a .pkrvar file',
    `A variable file gives values: write ${block.labels[0]?.value ?? 'name'} = "..." here and put the declaration in a .pkr.hcl file.`,
    block.type.range,
    block.header,
  );
}

export function failedValidation(name: string, message: string, subject: Range): Diagnostic {
  return error('failed-validation', `Invalid value for variable "${name}"`, message, subject);
}

export function invalidValidation(summary: string, detail: string, subject: Range): Diagnostic {
  return error('invalid-validation', summary, detail, subject);
}

// ---- locals and data ----

export function dependencyCycle(path: readonly string[], subject: Range): Diagnostic {
  const isSelf = path.length === 2;
  return error(
    'dependency-cycle',
    'failed to prepare execution graph',
    isSelf
      ? `Self reference: ${path[0]} is defined by itself.`
      : `Cycle: ${path.join(' -> ')}. Break it by taking one of these references out.`,
    subject,
  );
}

export function dataFailed(
  name: string,
  why: string,
  detail: string | undefined,
  subject: Range,
): Diagnostic {
  return error(
    'data-source-failed',
    `Data source ${name} failed: ${why}`,
    detail ?? 'The data source was read to evaluate this template.',
    subject,
  );
}

export function dataCancelled(name: string, subject: Range): Diagnostic {
  return error(
    'data-source-cancelled',
    `Interrupted while ${name} was read`,
    'Nothing has been built.',
    subject,
  );
}

// ---- builds ----

export function missingBuild(path: string): Diagnostic {
  return error(
    'missing-build',
    'Missing build block',
    `Nothing in ${path} says what to build. Add a block such as: build { sources = ["source.TYPE.NAME"] }.`,
  );
}

export function missingSource(block: Block): Diagnostic {
  return error(
    'missing-source-reference',
    'missing source reference',
    'A build block needs at least one source: sources = ["source.TYPE.NAME"].',
    block.type.range,
    block.header,
  );
}

export function invalidSourceReference(text: string, subject: Range): Diagnostic {
  return error(
    'invalid-source-reference',
    'Invalid source reference',
    `"${text}" does not name a source. Write "source.TYPE.NAME", or "TYPE.NAME", with the two labels of a source block.`,
    subject,
  );
}

export function unknownSource(
  text: string,
  similar: string | undefined,
  subject: Range,
): Diagnostic {
  return error(
    'unknown-source',
    `Unknown source ${text}`,
    `There is no source block with these two labels.${didYouMean(similar)}`,
    subject,
  );
}

export function unknownComponent(
  kind: string,
  type: string,
  similar: string | undefined,
  subject: Range,
  context?: Range,
): Diagnostic {
  const summary =
    kind === 'source' ? `Unknown source type ${type}` : `Unknown ${kind} type "${type}"`;
  const advice =
    similar === undefined
      ? ` No installed plugin has it. If a plugin does, install its npm package next to the template.`
      : didYouMean(similar);
  return error(
    'unknown-component',
    summary,
    `There is no ${kind} "${type}" here.${advice}`,
    subject,
    context,
  );
}

export function componentDidNotLoad(
  summary: string,
  detail: string | undefined,
  subject: Range,
): Diagnostic {
  return error('component-not-loaded', summary, detail ?? '', subject);
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

export function invalidTemplate(option: string, why: string, subject: Range): Diagnostic {
  return error(
    'invalid-go-template',
    `Invalid template in "${option}"`,
    `${why.replace(/\.$/, '')}. Text in {{ }} is expanded by bake; write {{\`{{\`}} for two literal braces.`,
    subject,
  );
}

export function onlyAndExcept(subject: Range): Diagnostic {
  return error(
    'only-and-except',
    "only one of 'only' or 'except' may be specified",
    'Keep one of the two.',
    subject,
  );
}

export function unmatchedFilter(
  kind: 'only' | 'except',
  name: string,
  similar: string | undefined,
  subject: Range,
): Diagnostic {
  return {
    severity: 'warning',
    code: 'unmatched-filter',
    summary: `"${name}" in "${kind}" matches no source of this build`,
    detail: `Sources are named TYPE.NAME here, without the build's name and without patterns.${didYouMean(similar)}`,
    subject,
  };
}

export function overrideNotObject(summary: string, subject: Range): Diagnostic {
  return error(
    'invalid-override',
    summary,
    'Write override = { SOURCE_NAME = { option = value } }.',
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

export function tooManyCleanups(block: Block): Diagnostic {
  return error(
    'duplicate-error-cleanup-provisioner',
    'Only one error-cleanup-provisioner is allowed',
    'Put what both do into one.',
    block.type.range,
    block.header,
  );
}

export function invalidPattern(option: string, pattern: string, why: string): Diagnostic {
  return error(
    'invalid-pattern',
    `Invalid ${option} pattern ${pattern}: ${why}`,
    'Patterns know *, ?, [ab], [!a] and \\ before a character to take literally.',
  );
}

export function noMatch(kind: 'only' | 'except', names: readonly string[]): Diagnostic {
  const summary =
    kind === 'only'
      ? "an 'only' option was passed, but not all matches were found for the given build."
      : "an 'except' option was passed, but did not match any build.";
  return {
    severity: 'warning',
    code: 'unmatched-pattern',
    summary,
    detail: `The builds of this template are: ${names.join(', ') || '(none)'}.`,
  };
}

export function noBuilds(): Diagnostic {
  return error('no-builds', 'No builds to run', 'Nothing is left after -only and -except.');
}

export function missingOption(option: string, subject: Range): Diagnostic {
  return error(
    'missing-argument',
    'Missing required argument',
    `The argument "${option}" is required, but no definition was found.`,
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
