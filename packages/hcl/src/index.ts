// One section per folder; what is not named here is internal to the package.

export {
  type Diagnostic,
  Diagnostics,
  type Severity,
  type WithDiagnostics,
} from './diagnostic.ts';
// eval
export { evaluate } from './eval/evaluate.ts';
export { expandDynamic, type ScopedBody, type ScopedItem } from './eval/expand-dynamic.ts';
export { type Misfit, misfit } from './eval/misfit.ts';
export { partOf } from './eval/part-of.ts';
export { type Reference, type ReferenceStep, referencesIn } from './eval/references.ts';
export type { FunctionTable, Scope } from './eval/scope.ts';
export { withValues } from './eval/shown-values.ts';
export { specialFunctions } from './eval/special-functions.ts';
export { templateRenderer } from './eval/template-renderer.ts';
export { type TypeConstraint, typeFromExpression } from './eval/type-expression.ts';
// format
export { formatConfig } from './format/format.ts';
// functions
export {
  defineFunction,
  type FunctionContext,
  FunctionFailure,
  type HclFunction,
  type Parameter,
  type ServiceQuestion,
} from './functions/define-function.ts';
export {
  type FunctionFamily,
  functionFamilies,
  standardFunctions,
  variableDefaultFunctions,
} from './functions/index.ts';
// json
export {
  type BlockNames,
  carriedBySchema,
  itemsBySchema,
  literalAttribute,
  literalExpression,
  syntaxExpression,
} from './json/by-schema.ts';
export { parseJsonConfig } from './json/parse-json-config.ts';
export { type ReadJson, readJson } from './json/read-json.ts';
export type * from './json/tree.ts';
export { over, type Range, rangeOf, type ShownRange, showRange, textOf } from './range.ts';
// schema
export {
  attributesOnly,
  type BodyContent,
  bodyContent,
  type ContentSchema,
  isExpectedBlock,
} from './schema/body-content.ts';
export type { AttributeSchema, BlockSchema, BodySchema } from './schema/body-schema.ts';
export {
  type DecodedAttribute,
  type DecodedBody,
  decodedValue,
  decodeItems,
  describeAt,
  rangeAt,
} from './schema/decode-body.ts';
export { isDisputable, secondOpinion } from './second-opinion.ts';
export { renderDiagnostic, type SnippetLine, type SnippetRole } from './snippet.ts';
export { lineText, type Position, positionAt, type Source } from './source.ts';
export { type DecodedSource, sourceFromBytes } from './source-from-bytes.ts';
export { suggest } from './suggest.ts';
// syntax
export type * from './syntax/ast.ts';
export { isIdentifier } from './syntax/characters.ts';
export { parseConfig, parseExpression, parseTemplate } from './syntax/parse.ts';
export { type Token, type TokenName, tokensOf } from './syntax/tokens-of.ts';
export { childrenOf, type Node, type Visitor, visit } from './syntax/visit.ts';
// value
export {
  ConversionFailure,
  type ConversionPath,
  canConvert,
  convert,
  showPath,
} from './value/convert.ts';
export { applyDefaults, type TypeDefaults } from './value/defaults.ts';
export {
  DecodeFailure,
  decodeType,
  decodeValue,
  type EncodedType,
  type EncodedValue,
  encodeType,
  encodeValue,
} from './value/encode.ts';
export { equals, sameValue } from './value/equal.ts';
export { goQuote } from './value/go-quote.ts';
export { JsonFailure, jsonToValue, NotJson, valueToJson } from './value/json.ts';
export {
  compareNums,
  formatNum,
  formatNumForConsole,
  isInfinite,
  isWhole,
  type Num,
  numFromDouble,
  numFromInteger,
  parseNum,
  sameNum,
  toBigInt,
  toDouble,
} from './value/number.ts';
export { renderShort, renderValue } from './value/render.ts';
export { setValue, withoutMarks } from './value/set.ts';
export { fromJs, NotKnown, toJs } from './value/to-js.ts';
export {
  anyType,
  boolType,
  listOf,
  mapOf,
  numberType,
  type ObjectType,
  objectOf,
  sameType,
  setOf,
  stringType,
  type Type,
  tupleOf,
} from './value/type.ts';
export { typeName, typeText } from './value/type-name.ts';
export { unify, unifyValues } from './value/unify.ts';
export {
  boolValue,
  // The syntax tree has a `childrenOf` too.
  childrenOf as elementsOf,
  compareText,
  containsSensitive,
  depthOf,
  isWhollyKnown,
  listValue,
  mapValue,
  markSensitive,
  nullValue,
  numberValue,
  type ObjectValue,
  objectValue,
  stringValue,
  tupleValue,
  typeOf,
  unknownValue,
  type Value,
  withMarksOf,
} from './value/value.ts';
