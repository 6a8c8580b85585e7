import type { Diagnostic, FunctionContext, JsonString, Range, ServiceQuestion } from '@bake/hcl';
import { messageOf, type TextFunctions } from '@bake/plugin-sdk';
import type { CoreFacts, TemplateFailure, TemplateFunction } from '@bake/plugin-sdk/go-template';
import * as messages from './messages.ts';
import {
  type BuildSubstitutes,
  protectedText,
  type Substitutes,
  splitOutsideActions,
  substitute,
} from './substitute.ts';
import { isUnknownText, UnknownText } from './unknown-text.ts';
import type { ExpandVariable } from './user-variables.ts';
import type { TextReading } from './weak-value.ts';

/** What expands `{{ }}` in a legacy template. */
export interface LegacyTexts {
  /** For the values of variables, where `user`, `env` and the functions that ask services work. */
  readonly expandVariable: ExpandVariable;
  /** For lines that somebody types, with the values of variables. */
  expandLine(text: string): string;
  /** For the configs of one build; `own` are functions of the component. */
  forBuild(
    build: BuildIdentity,
    report: (diagnostic: Diagnostic) => void,
    own?: TextFunctions,
  ): TextReading;
}

/** What `{{build_name}}` and `{{build_type}}` give. */
export interface BuildIdentity {
  readonly buildName: string;
  readonly builderType: string;
}

type GeneralFacts = Omit<CoreFacts, keyof BuildIdentity | 'data'>;

/** Loads the template engine. `user` is asked only when something is expanded for a build. */
export async function legacyTexts(
  facts: GeneralFacts,
  environment: Readonly<Record<string, string | undefined>>,
  substitutes: Substitutes,
  ask: Ask,
): Promise<LegacyTexts> {
  const { coreFunctions, renderTemplate } = await import('@bake/plugin-sdk/go-template');
  const functionsOf = (
    build: BuildIdentity,
    own?: TextFunctions,
  ): Readonly<Record<string, TemplateFunction>> => ({
    ...coreFunctions({ ...facts, ...build }, own),
    template_dir: textFunction(0, () => substitutes.templateDir),
  });
  const general = functionsOf({ buildName: '', builderType: '' });
  return {
    expandVariable: (text, user) => {
      const env = textFunction(1, (name) => environment[name] ?? '');
      const functions = { ...general, ...services(ask), env, user: textFunction(1, user) };
      return renderTemplate(text, { data: {}, functions });
    },
    expandLine: (text) => {
      const functions = { ...general, user: textFunction(1, (name) => substitutes.user(name)) };
      return renderTemplate(text, { data: {}, functions });
    },
    forBuild: (build, report, own) =>
      reading(substitutes, report, (text, more) =>
        renderTemplate(text, { data: {}, functions: { ...functionsOf(build, own), ...more } }),
      ),
  };
}

/** What a service answers; `undefined` while that is not known. */
type Ask = FunctionContext['askService'];

type Render = (text: string, more: Readonly<Record<string, TemplateFunction>>) => string;

function reading(
  general: Substitutes,
  report: (diagnostic: Diagnostic) => void,
  render: Render,
): TextReading {
  const user = textFunction(1, (name) => general.user(name));
  const substitutes = { ...general, expand: (action: string) => render(action, { user }) };
  const guarded = <T>(option: string, range: Range, otherwise: T, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (isUnknownText(error)) throw error;
      const { similar } = error as Partial<TemplateFailure>;
      report(messages.invalidTemplate(option, messageOf(error), similar, range));
      return otherwise;
    }
  };
  return {
    keep: ({ value, range }, option) =>
      guarded(option, range, protectedText(value), () => substitute(value, substitutes)),
    settle: ({ value, range }, option) =>
      guarded(option, range, value, () => render(substitute(value, substitutes), {})),
    split: (text, option, isForComponent) =>
      guarded(option, text.range, [], () =>
        isForComponent
          ? splitOutsideActions(substitute(text.value, substitutes))
          : splitExpanded(text, substitutes, render),
      ),
  };
}

/** Packer expands first and then splits, so that a variable can hold a whole list. */
function splitExpanded(
  { value }: JsonString,
  substitutes: BuildSubstitutes,
  render: Render,
): readonly string[] {
  // What only the running build can tell stays a template.
  const build = textFunction(1, (name) => `\0${name}\0`);
  return render(substitute(value, substitutes), { build })
    .split(',')
    .map((piece) =>
      protectedText(piece)
        .split('\0')
        .map((part, index) => (index % 2 === 0 ? part : `{{build \`${part}\`}}`))
        .join(''),
    );
}

function textFunction(
  count: number,
  call: (...args: readonly string[]) => string,
): TemplateFunction {
  return {
    parameters: Array.from({ length: count }, () => 'string' as const),
    call: (...args) => call(...args.map(String)),
  };
}

/** Functions that ask a service; only variables can use them. */
function services(ask: Ask): Readonly<Record<string, TemplateFunction>> {
  const answer = (question: ServiceQuestion): string => {
    const text = ask(question);
    if (text === undefined) throw new UnknownText();
    return text;
  };
  return {
    consul_key: textFunction(1, (key) => answer({ service: 'consul', key })),
    vault: textFunction(2, (path, key) => answer({ service: 'vault', path, key })),
    aws_secretsmanager: {
      parameters: ['string'],
      variadic: true,
      call: (...args) => answer(secretQuestion(args.map(String))),
    },
    aws_secretsmanager_raw: textFunction(1, (name) =>
      answer({ service: 'secrets-manager', name, key: undefined }),
    ),
  };
}

function secretQuestion([name, key = '', surplus]: readonly string[]): ServiceQuestion {
  if (name === undefined) throw new Error('secret name must be provided');
  if (surplus === undefined) return { service: 'secrets-manager', name, key };
  throw new Error('only secret name and optional secret key can be provided.');
}
