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

/** Functions that belong together. */
export interface FunctionFamily {
  readonly title: string;
  readonly functions: readonly HclFunction[];
}

/** The functions that can be called everywhere but in the default of a variable, by what they are for. */
export const functionFamilies: readonly FunctionFamily[] = [
  { title: 'Expressions', functions: [...specialFunctions, coalesce] },
  { title: 'Texts', functions: stringFunctions },
  { title: 'Regular expressions', functions: regexFunctions },
  { title: 'Formats', functions: formatFunctions },
  { title: 'Numbers', functions: numberFunctions },
  { title: 'Collections', functions: collectionFunctions },
  { title: 'Lists', functions: [...listFunctions, range] },
  { title: 'Maps and objects', functions: mapFunctions },
  { title: 'Sets', functions: setFunctions },
  {
    title: 'Encodings',
    functions: [...encodingFunctions, ...jsonFunctions, ...yamlFunctions, csvDecode],
  },
  { title: 'Hashes and cryptography', functions: [...hashFunctions, ...uuidFunctions] },
  { title: 'Dates and times', functions: timeFunctions },
  { title: 'Networks', functions: networkFunctions },
  { title: 'Files', functions: filesystemFunctions },
  { title: 'Services', functions: serviceFunctions },
];

/** The functions of all families. */
export const standardFunctions: FunctionTable = tableOf(
  functionFamilies.flatMap(({ functions }) => functions),
);

/** The only function that the default of a variable can call. */
export const variableDefaultFunctions: FunctionTable = tableOf([environmentVariable]);

function tableOf(functions: readonly HclFunction[]): FunctionTable {
  const byName = new Map(functions.map((each) => [each.name, each]));
  return {
    get: (name) => byName.get(name),
    names: () => [...byName.keys()].sort(),
  };
}
