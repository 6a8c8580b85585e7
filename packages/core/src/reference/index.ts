/** What components, their options and defaults are, for people and editors: read off their schemas. */
export {
  type ComponentReference,
  describeComponent,
  type ReferenceKind,
  referenceKinds,
} from './component-reference.ts';
export { type JsonSchema, jsonSchemaOf } from './json-schema.ts';
export { kindTitles, markdownPage, optionText } from './markdown.ts';
export type { OptionReference } from './option-reference.ts';
export { type BlockReference, templateBlocks } from './template-blocks.ts';
export { templateSchema } from './template-schema.ts';
