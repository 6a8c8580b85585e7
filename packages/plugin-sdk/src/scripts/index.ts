/**
 * What the components that run scripts share, here or on a machine (core-behaviour, section 9.2): their
 * options, the checks of these, the variables of a script, starting it and judging its end. As light as
 * the main entry, since the options are part of components.
 */
export {
  checkCommandTemplates,
  checkFiles,
  checkScripts,
  checkVariables,
  scriptFiles,
  scriptInputs,
} from './check.ts';
export { requireSuccess, type ScriptEnd } from './end.ts';
export { noteElsewhere } from './note-elsewhere.ts';
export { type ScriptOptions, scriptOptions } from './options.ts';
export { pauseAfter } from './pause-after.ts';
export { tryFor } from './retry.ts';
export { startWithRetry } from './start-with-retry.ts';
export { scriptVariables, type VariableOptions } from './variables.ts';
