import type { FunctionTable } from '../eval/scope.ts';
import { specialFunctions } from '../eval/special-functions.ts';
import { coalesce } from './coalesce.ts';
import { collectionFunctions } from './collection.ts';
import { csvDecode } from './csv.ts';
import type { HclFunction } from './define-function.ts';
import { encodingFunctions } from './encoding.ts';
import { environmentVariable } from './environment.ts';
import { filesystemFunctions } from './filesystem.ts';
import { formatFunctions } from './format.ts';
import { hashFunctions } from './hash.ts';
import { jsonFunctions } from './json.ts';
import { listFunctions } from './list.ts';
import { mapFunctions } from './map.ts';
import { networkFunctions } from './network.ts';
import { numberFunctions } from './number.ts';
import { range } from './range.ts';
import { regexFunctions } from './regex.ts';
import { serviceFunctions } from './service.ts';
import { setFunctions } from './set.ts';
import { stringFunctions } from './string.ts';
import { timeFunctions } from './time.ts';
import { uuidFunctions } from './uuid.ts';
import { yamlFunctions } from './yaml.ts';

/** The functions that can be called everywhere but in the default of a variable. */
export const standardFunctions: FunctionTable = tableOf([
  ...specialFunctions,
  ...collectionFunctions,
  ...encodingFunctions,
  ...filesystemFunctions,
  ...formatFunctions,
  ...hashFunctions,
  ...jsonFunctions,
  ...listFunctions,
  ...mapFunctions,
  ...networkFunctions,
  ...numberFunctions,
  ...regexFunctions,
  ...serviceFunctions,
  ...setFunctions,
  ...stringFunctions,
  ...timeFunctions,
  ...uuidFunctions,
  ...yamlFunctions,
  coalesce,
  csvDecode,
  range,
]);

/** The only function that the default of a variable can call. */
export const variableDefaultFunctions: FunctionTable = tableOf([environmentVariable]);

function tableOf(functions: readonly HclFunction[]): FunctionTable {
  const byName = new Map(functions.map((each) => [each.name, each]));
  return {
    get: (name) => byName.get(name),
    names: () => [...byName.keys()].sort(),
  };
}
