import { formatNum } from '../value/number.ts';
import { anyType, stringType } from '../value/type.ts';
import { isWhollyKnown, stringValue, unknownValue, type Value } from '../value/value.ts';
import { argumentAt, textAt } from './argument.ts';
import { defineFunction, type HclFunction } from './define-function.ts';
import { anyParameter, stringParameter } from './parameter.ts';
import { decodeYaml } from './yaml-decode.ts';
import { YamlEmitter } from './yaml-emitter.ts';

/** `yamlencode` and `yamldecode`. */
export const yamlFunctions: readonly HclFunction[] = [
  defineFunction({
    name: 'yamlencode',
    doc: 'Writes the value as YAML, in block style, texts and keys in double quotes.',
    parameters: [anyParameter('value', { nullable: true })],
    result: stringType,
    call: (args) => {
      const value = argumentAt(args, 0);
      if (!isWhollyKnown(value)) return unknownValue(stringType);
      const emitter = new YamlEmitter();
      emit(value, emitter, 'document');
      return stringValue(emitter.finish());
    },
  }),
  defineFunction({
    name: 'yamldecode',
    doc: 'Reads a YAML document.',
    parameters: [stringParameter('yaml')],
    result: anyType,
    call: (args) => decodeYaml(textAt(args, 0)),
  }),
];

type Place = 'document' | 'item' | 'entry';

function emit(value: Value, emitter: YamlEmitter, place: Place): void {
  if ('items' in value && value.items.length > 0) {
    const items = value.items.map((item) => () => emit(item, emitter, 'item'));
    emitter.sequence(place === 'entry', items);
  } else if ('entries' in value && value.entries.size > 0) {
    emitter.mapping(
      [...value.entries].map(([key, entry]) => [key, () => emit(entry, emitter, 'entry')]),
    );
  } else if (value.kind === 'string') {
    emitter.string(value.value);
  } else {
    const isCollection = 'items' in value || 'entries' in value;
    emitter.plain(plainText(value), place === 'document' && !isCollection);
  }
}

function plainText(value: Value): string {
  if ('items' in value) return '[]';
  if ('entries' in value) return '{}';
  if (value.kind === 'number') return formatNum(value.value);
  return value.kind === 'bool' ? String(value.value) : 'null';
}
