import {
  type FunctionContext,
  objectValue,
  type Scope,
  standardFunctions,
  stringValue,
  type Value,
} from '@bake/hcl';
import { coreVersion } from '../version.ts';

/** The values that expressions anywhere in a template can refer to. Names are in order (`objectValue`). */
export interface RootValues {
  readonly variables: ReadonlyMap<string, Value>;
  readonly locals: ReadonlyMap<string, Value>;
  /** By type, then name. */
  readonly data: ReadonlyMap<string, ReadonlyMap<string, Value>>;
  /** `path.root` and the working folder. */
  readonly root: string;
  readonly workingDir: string;
}

/** The scope with `var`, `local`, `data`, `path` and `packer`. The maps are not copied and must not change. */
export function rootScope(values: RootValues, functionContext: FunctionContext): Scope {
  return {
    variables: new Map<string, Value>([
      ['var', { kind: 'object', entries: values.variables }],
      ['local', { kind: 'object', entries: values.locals }],
      ['data', dataValue(values.data)],
      ['path', pathValue(values.root, values.workingDir)],
      ['packer', packerValue],
    ]),
    functions: standardFunctions,
    functionContext,
  };
}

/** What only HCP Packer would tell stays the text that it is in Packer without HCP. */
const packerValue = objectValue({
  version: stringValue(coreVersion),
  iterationID: stringValue('<unknown>'),
  versionFingerprint: stringValue('<unknown>'),
});

/** What `data` stands for: an object of objects. */
export function dataValue(data: RootValues['data']): Value {
  return objectValue(
    [...data].map(([type, entries]): [string, Value] => [type, { kind: 'object', entries }]),
  );
}

function pathValue(root: string, workingDir: string): Value {
  return objectValue({
    cwd: stringValue(workingDir.replaceAll('\\', '/')),
    root: stringValue(root),
  });
}

/** A scope that has further names on top of another. */
export function withNames(parent: Scope, names: Readonly<Record<string, Value>>): Scope {
  return { variables: new Map(Object.entries(names)), parent };
}
