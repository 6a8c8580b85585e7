import type { Range } from '../range.ts';

/**
 * JSON text as a tree with ranges. It is what was written and no more: what a property means, argument or
 * block, is not known before a schema is at hand.
 */
export type JsonValue =
  | JsonObject
  | JsonArray
  | JsonString
  | JsonNumber
  | JsonLiteral
  | JsonInvalid;

/** `{ ... }`; properties in source order, equal names included. */
export interface JsonObject {
  readonly kind: 'object';
  readonly properties: readonly JsonProperty[];
  readonly open: Range;
  /** Empty when the brace is missing, which was reported. */
  readonly close: Range;
  readonly range: Range;
}

/** `"name": value` */
export interface JsonProperty {
  readonly name: JsonString;
  readonly colon: Range;
  readonly value: JsonValue;
  readonly range: Range;
}

/** `[ ... ]` */
export interface JsonArray {
  readonly kind: 'array';
  readonly items: readonly JsonValue[];
  readonly open: Range;
  readonly close: Range;
  readonly range: Range;
}

/** A string with its escapes resolved; the range has the quotes in it. */
export interface JsonString {
  readonly kind: 'string';
  readonly value: string;
  readonly range: Range;
}

/** A number as written, sign included. */
export interface JsonNumber {
  readonly kind: 'number';
  readonly text: string;
  readonly range: Range;
}

/** `true`, `false`, `null` */
export interface JsonLiteral {
  readonly kind: 'literal';
  readonly value: boolean | null;
  readonly range: Range;
}

/** Where a value should be and none could be read; a diagnostic was reported there. */
export interface JsonInvalid {
  readonly kind: 'invalid';
  readonly range: Range;
}

/** How strings are to be read: as templates with `${...}`, or as the text they are. */
export type StringReading = 'template' | 'literal';

/** A JSON value with the way to read the strings in it. */
export interface JsonPayload {
  readonly value: JsonValue;
  readonly strings: StringReading;
}
