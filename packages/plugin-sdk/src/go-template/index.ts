/** Go's text/template as Packer uses it. Load it only for a string that has `{{` in it. */
export type {
  Command as GoCommand,
  Expression as GoExpression,
  Node as GoNode,
  Pipeline as GoPipeline,
} from './ast.ts';
export { type CoreFacts, coreFunctions } from './core-functions.ts';
export { TemplateFailure } from './failure.ts';
export { fieldsIn } from './fields.ts';
export type { ParameterType, TemplateFunction } from './function.ts';
export { parseTemplate } from './parse-template.ts';
export { formatGo } from './printf.ts';
export { checkTemplate, type Rendering, renderTemplate, usesTemplate } from './render.ts';
export { checkBuildTemplate, renderForBuild } from './render-for-build.ts';
export type { GoMap, GoValue } from './value.ts';
