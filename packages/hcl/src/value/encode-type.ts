import { anyType, boolType, numberType, objectOf, stringType, type Type, tupleOf } from './type.ts';

/** A type as JSON data: `"string"`, `["list", T]`, `["object", {name: T}, ["optional names"]]`. */
export type EncodedType = string | readonly [string, ...EncodedPart[]];

type EncodedPart =
  | EncodedType
  | readonly EncodedType[]
  | readonly string[]
  | { readonly [name: string]: EncodedType };

/** Data that was to hold an encoded value or type does not: it was damaged, or written by another version. */
export class DecodeFailure extends Error {
  override readonly name = 'DecodeFailure';
}

/** Turns a type into data that `JSON.stringify` keeps whole. */
export function encodeType(type: Type): EncodedType {
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'map':
      return [type.kind, encodeType(type.element)];
    case 'tuple':
      return ['tuple', type.elements.map(encodeType)];
    case 'object': {
      const attributes = Object.fromEntries(
        [...type.attributes].map(([name, each]) => [name, encodeType(each)]),
      );
      if (type.optional === undefined) return ['object', attributes];
      return ['object', attributes, [...type.optional]];
    }
    default:
      return type.kind;
  }
}

/** The type that `encodeType` made the data from. Throws `DecodeFailure` for anything else. */
export function decodeType(data: unknown): Type {
  if (typeof data === 'string') return decodePrimitive(data);
  if (!Array.isArray(data)) throw new DecodeFailure('no type');
  const [kind, content, optional] = data as readonly unknown[];
  switch (kind) {
    case 'list':
    case 'set':
    case 'map':
      return { kind, element: decodeType(content) };
    case 'tuple':
      if (!Array.isArray(content)) throw new DecodeFailure('no element types');
      return tupleOf(content.map(decodeType));
    case 'object': {
      const attributes = entriesOfRecord(content).map(
        ([name, each]) => [name, decodeType(each)] as const,
      );
      return objectOf(new Map(attributes), Array.isArray(optional) ? new Set(optional) : undefined);
    }
    default:
      throw new DecodeFailure(`no type is called ${JSON.stringify(kind)}`);
  }
}

/** The properties of plain data. Throws `DecodeFailure` when it is something else. */
export function entriesOfRecord(data: unknown): readonly (readonly [string, unknown])[] {
  if (!isRecord(data)) throw new DecodeFailure('no entries');
  return Object.entries(data);
}

export function isRecord(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function decodePrimitive(name: string): Type {
  const type = [stringType, numberType, boolType, anyType].find(({ kind }) => kind === name);
  if (type === undefined) throw new DecodeFailure(`no type is called ${JSON.stringify(name)}`);
  return type;
}
