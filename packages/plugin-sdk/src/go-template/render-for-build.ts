import type { RunContext } from '../context.ts';
import { coreFunctions } from './core-functions.ts';
import { checkTemplate, renderTemplate, usesTemplate } from './render.ts';

/**
 * Renders a template that belongs to a running build: the dot holds the values of `build.*` and those
 * of `more`, and Packer's functions are there. The result is not rendered again, so a value that holds
 * `{{` comes out as it is. Throws `TemplateFailure`.
 */
export function renderForBuild(
  text: string,
  context: Pick<RunContext, 'build' | 'data'>,
  more: Readonly<Record<string, unknown>> = {},
): string {
  if (!usesTemplate(text)) {
    return text;
  }
  const { build } = context;
  const data = { ...context.data, ...more };
  const functions = coreFunctions({
    buildName: build.sourceName,
    builderType: build.builderType,
    coreVersion: build.coreVersion,
    startTime: new Date(performance.timeOrigin),
    workingDir: process.cwd(),
    data,
  });
  return renderTemplate(text, { data, functions });
}

/** Finds the mistakes that `renderForBuild` would find in the template itself. Throws `TemplateFailure`. */
export function checkBuildTemplate(text: string): void {
  checkTemplate(text, known);
}

/** Functions by name alone: to parse a template, no facts are needed. */
const known = coreFunctions({
  buildName: '',
  builderType: '',
  coreVersion: '',
  startTime: new Date(0),
  workingDir: '',
});
