import type { Block, Diagnostic, Range } from '@bake/hcl';
import { didYouMean, error, warning } from './diagnostic.ts';

/** What core says of build blocks. */

/** `subject` is something of the template: the source block named `source`, which nothing builds, or its first block. */
export function missingBuild(
  files: readonly string[],
  source = 'source.TYPE.NAME',
  subject?: Range,
): Diagnostic {
  const isJson = files.every((file) => file.endsWith('.json'));
  const block = isJson
    ? `"build": { "sources": ["${source}"] }`
    : `build { sources = ["${source}"] }`;
  const read = files.length > 5 ? [...files.slice(0, 4), `${files.length - 4} more files`] : files;
  return error(
    'missing-build',
    'Missing build block',
    `No block says what to build; read was ${read.join(', ')}. Add a block such as: ${block}.`,
    subject,
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

export function nullSource(subject: Range): Diagnostic {
  return error(
    'unsuitable-value',
    'Unsuitable value type',
    'null names no source. Take it out of the list.',
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
  const summaries: Readonly<Record<string, string>> = {
    source: `Unknown source type ${type}`,
    'data source': `Unknown data type ${type}`,
  };
  const summary = summaries[kind] ?? `Unknown ${kind} type "${type}"`;
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

export function onlyAndExcept(subject: Range): Diagnostic {
  return error(
    'only-and-except',
    "only one of 'only' or 'except' may be specified",
    'Keep one of the two.',
    subject,
  );
}

export function unmatchedFilter(
  kind: 'only' | 'except' | 'override',
  name: string,
  similar: string | undefined,
  subject: Range,
): Diagnostic {
  const form =
    kind === 'override'
      ? 'Sources are named by their NAME here, without their type.'
      : "Sources are named TYPE.NAME here, without the build's name and without patterns.";
  return warning(
    'unmatched-filter',
    `"${name}" in "${kind}" matches no source of this build`,
    `${form}${didYouMean(similar)}`,
    subject,
  );
}

export function overrideNotObject(summary: string, subject: Range): Diagnostic {
  return error(
    'invalid-override',
    summary,
    'Write override = { SOURCE_NAME = { option = value } }.',
    subject,
  );
}

/** Stands for a name that nobody may see. */
export const hiddenName = '<sensitive>';

export function secretName(subject: Range): Diagnostic {
  return warning(
    'secret-name',
    'A name is made of a secret',
    `Names are shown in the output, in logs and in the plan, so this one is "${hiddenName}" everywhere, also where build.name, -only and -except look. Give it a name that everyone may see.`,
    subject,
  );
}

export function invalidRetries(subject: Range): Diagnostic {
  return error(
    'invalid-max-retries',
    'Unsuitable value type',
    'max_retries is how often to try again: write a whole number such as 2.',
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
    'Patterns know *, ?, [ab], [a-z], [!a] and \\ before a character to take literally.',
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
    detail: `The builds of this template are: ${[...new Set(names)].join(', ') || '(none)'}.`,
  };
}

export function noBuilds(): Diagnostic {
  return error('no-builds', 'No builds to run', 'Nothing is left after -only and -except.');
}
