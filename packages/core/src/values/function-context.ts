import {
  type FunctionContext,
  type FunctionTable,
  standardFunctions,
  templateRenderer,
} from '@bake/hcl';

/** What functions of a template know of their surroundings. */
export function functionContext(
  root: string,
  workingDir: string,
  startTime: Date,
  environment: FunctionContext['environment'],
  functions: FunctionTable = standardFunctions,
): FunctionContext {
  const context: FunctionContext = {
    baseDir: root,
    workingDir,
    startTime,
    environment,
    renderTemplate: (name, text, variables) =>
      templateRenderer(functions, context)(name, text, variables),
  };
  return context;
}
