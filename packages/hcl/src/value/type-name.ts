import { isIdentifier } from '../syntax/characters.ts';
import type { ObjectType, Type } from './type.ts';

/** The type in words for a message, as cty says it: `list of string`, `object`, `dynamic`. */
export function typeName(type: Type): string {
  return inWords(type, 'dynamic', 'dynamic');
}

/** The type in words where it says what is wanted: `any type`, `list of any single type`. */
export function wantedTypeName(type: Type): string {
  return inWords(type, 'any type', 'any single type');
}

/** The type as it is written in a template: `list(string)`, `object({name=string,size=optional(number)})`. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'map':
      return `${type.kind}(${typeText(type.element)})`;
    case 'tuple':
      return `tuple([${type.elements.map(typeText).join(',')}])`;
    case 'object':
      return `object({${attributesText(type)}})`;
    default:
      return type.kind;
  }
}

function inWords(type: Type, any: string, anyElement: string): string {
  switch (type.kind) {
    case 'any':
      return any;
    case 'list':
    case 'set':
    case 'map': {
      const element =
        type.element.kind === 'any' ? anyElement : inWords(type.element, any, anyElement);
      return `${type.kind} of ${element}`;
    }
    default:
      return type.kind;
  }
}

function attributesText(type: ObjectType): string {
  const names = [...type.attributes.keys()].sort();
  return names.map((name) => `${nameText(name)}=${attributeText(type, name)}`).join(',');
}

function attributeText(type: ObjectType, name: string): string {
  const text = typeText(type.attributes.get(name) as Type);
  return type.optional?.has(name) ? `optional(${text})` : text;
}

/** Names that are no identifiers cannot be written in a type; quotes at least keep the text readable. */
function nameText(name: string): string {
  return isIdentifier(name) ? name : JSON.stringify(name);
}
