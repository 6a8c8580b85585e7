import {
  type FunctionContext,
  type FunctionTable,
  standardFunctions,
  templateRenderer,
} from '@bake/hcl';
import type { Answers } from '../services/answers.ts';

/** What functions of a template know of their surroundings. */
export function functionContext(
  root: string,
  workingDir: string,
  startTime: Date,
  environment: FunctionContext['environment'],
  answers: Answers,
  functions: FunctionTable = standardFunctions,
): FunctionContext {
  const context: FunctionContext = {
    baseDir: root,
    workingDir,
    startTime,
    environment,
    askService: answers.find,
    renderTemplate: (name, text, variables) =>
      templateRenderer(functions, context)(name, text, variables),
  };
  return context;
}
