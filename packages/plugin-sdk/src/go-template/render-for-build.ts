import type { TextFunctions } from '../component.ts';
import type { RunContext } from '../context.ts';
import { coreFunctions } from './core-functions.ts';
import { checkTemplate, renderTemplate, usesTemplate } from './render.ts';

/**
 * Renders a template that belongs to a running build: the dot holds the values of `build.*` and those
 * of `more`, and Packer's functions are there. The result is not rendered again, so a value that holds
 * `{{` comes out as it is. `functions` are the `templateFunctions` of the component. Throws `TemplateFailure`.
 */
export function renderForBuild(
  text: string,
  context: Pick<RunContext, 'build' | 'data'>,
  more: Readonly<Record<string, unknown>> = {},
  functions: TextFunctions = {},
): string {
  if (!usesTemplate(text)) {
    return text;
  }
  const { build } = context;
  const data = { ...context.data, ...more };
  const facts = {
    buildName: build.sourceName,
    builderType: build.builderType,
    coreVersion: build.coreVersion,
    startTime: new Date(performance.timeOrigin),
    workingDir: process.cwd(),
    data,
  };
  return renderTemplate(text, { data, functions: coreFunctions(facts, functions) });
}

/** Finds the mistakes that `renderForBuild` would find in the template itself. Throws `TemplateFailure`. */
export function checkBuildTemplate(text: string, functions: TextFunctions = {}): void {
  checkTemplate(text, coreFunctions(noFacts, functions));
}

/** To parse a template, functions count by name alone. */
const noFacts = {
  buildName: '',
  builderType: '',
  coreVersion: '',
  startTime: new Date(0),
  workingDir: '',
};
