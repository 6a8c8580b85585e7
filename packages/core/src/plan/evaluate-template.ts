import {
  Diagnostics,
  type FunctionContext,
  objectValue,
  type Scope,
  type Value,
  type WithDiagnostics,
} from '@bake/hcl';
import type { Ui } from '@bake/plugin-sdk';
import type { Template } from '../config/template.ts';
import { givenVariables } from '../legacy/user-variables.ts';
import type { Registry } from '../plugins/registry.ts';
import { Answers } from '../services/answers.ts';
import { askServices } from '../services/ask-service.ts';
import { functionContext } from '../values/function-context.ts';
import { evaluatePrerequisites } from '../values/prerequisites.ts';
import { type RootValues, rootScope } from '../values/root-scope.ts';
import type { VariableInputs } from '../values/variable-sources.ts';
import { checkVariables, type GivenVariables, takeVariables } from '../values/variable-values.ts';
import { dataReader } from './data-reader.ts';

/** What is needed to give a template's variables their values. */
export interface VariableOptions {
  readonly variables: VariableInputs;
  readonly workingDir: string;
  readonly startTime: Date;
}

/** What evaluating a template needs. */
export interface EvaluationOptions extends VariableOptions {
  readonly registry: Registry;
  /** Read data sources and ask services; without it what they give is unknown, and nothing outside is asked. */
  readonly readData: boolean;
  /**
   * Read data sources one after the other and evaluate locals after them, so that data sources cannot
   * refer to locals (Packer's `-use-sequential-evaluation`).
   */
  readonly sequential: boolean;
  /** Aborts reading and asking. */
  readonly signal: AbortSignal;
  /** Where data sources say what they do. */
  readonly log: Ui;
}

/** What expressions of a template can refer to. */
export interface EvaluatedTemplate {
  readonly values: RootValues;
  /** The same as names: `var`, `local`, `data`, `path`, `packer`, with the functions. */
  readonly scope: Scope;
  /** What services have answered; expressions in the scope are evaluated with its `settled`. */
  readonly answers: Answers;
}

/**
 * Takes the values of variables from their sources. The diagnostics say what is wrong with a source or a
 * value; that a variable has none, or one that its rules refuse, is for `evaluateTemplate` to say.
 */
export function readVariables(
  template: Template,
  options: VariableOptions,
): WithDiagnostics<GivenVariables> {
  const diagnostics = new Diagnostics();
  // Those of a legacy template are none of HCL's. Whether they can be read is worth knowing.
  if (template.legacy !== undefined) {
    givenVariables(template.legacy, options.variables, diagnostics);
    return { value: new Map(), diagnostics: diagnostics.list };
  }
  // All that a default can call is `env`.
  const nobody = new Answers(undefined, new AbortController().signal);
  const context = contextOf(template, options, nobody);
  const value = takeVariables(template, options.variables, context, diagnostics);
  return { value, diagnostics: diagnostics.list };
}

/**
 * Checks variables and evaluates locals and data sources. What cannot be evaluated is unknown, so that
 * the rest can still be used.
 */
export async function evaluateTemplate(
  template: Template,
  variables: GivenVariables,
  options: EvaluationOptions,
): Promise<WithDiagnostics<EvaluatedTemplate>> {
  const diagnostics = new Diagnostics();
  const { environment } = options.variables;
  const ask = options.readData ? askServices(environment) : undefined;
  const answers = new Answers(ask, options.signal);
  const context = contextOf(template, options, answers);
  await answers.settled(diagnostics, (found) => checkVariables(variables, context, found));
  const values = await evaluatePrerequisites(
    {
      template,
      variables: inNameOrder(variables),
      workingDir: options.workingDir,
      context,
      answers,
      readData: dataReader({ ...options, template, answers }),
      sequential: options.sequential,
    },
    diagnostics,
  );
  const value = { values, scope: rootScope(values, context), answers };
  return { value, diagnostics: diagnostics.list };
}

function contextOf(
  template: Template,
  { workingDir, startTime, variables }: VariableOptions,
  answers: Answers,
): FunctionContext {
  return functionContext(template.root, workingDir, startTime, variables.environment, answers);
}

function inNameOrder(variables: GivenVariables): ReadonlyMap<string, Value> {
  return objectValue([...variables].map(([name, { value }]) => [name, value])).entries;
}
