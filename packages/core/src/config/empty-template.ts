import type { Template } from './template.ts';

/** A template without files: expressions can be evaluated with it, and paths are those of the working folder. */
export function emptyTemplate(): Template {
  return {
    path: '',
    root: '',
    files: [],
    autoVariableFiles: [],
    requiredPlugins: new Map(),
    variables: new Map(),
    locals: new Map(),
    data: new Map(),
    sources: new Map(),
    builds: [],
    registries: [],
    mistakes: [],
  };
}
