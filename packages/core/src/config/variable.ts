import {
  type Attribute,
  anyType,
  type Block,
  bodyContent,
  type Diagnostics,
  type Label,
  referencesIn,
  syntaxExpression,
  typeFromExpression,
} from '@bake/hcl';
import * as messages from '../messages.ts';
import { literalBool, literalString } from './literal.ts';
import { checkName } from './names.ts';
import type { Validation, VariableDeclaration } from './template.ts';

const variableSchema = {
  attributes: { description: false, type: false, default: false, sensitive: false },
  blocks: { validation: { labels: [] } },
};

const validationSchema = { attributes: { condition: true, error_message: true }, blocks: {} };

/** Reads a `variable` block. `undefined` when its name cannot be used. */
export function readVariable(
  block: Block,
  diagnostics: Diagnostics,
): VariableDeclaration | undefined {
  const label = block.labels[0] as Label;
  if (!checkName('Invalid variable name', label.value, label.range, diagnostics)) return undefined;
  const content = bodyContent(block.body, variableSchema, block.header, diagnostics);
  const type = content.attributes.get('type');
  const constraint = type && typeFromExpression(syntaxExpression(type, diagnostics), diagnostics);
  return {
    name: label.value,
    type: constraint?.type ?? anyType,
    typeDefaults: constraint?.defaults,
    default: content.attributes.get('default')?.value,
    sensitive: literalBool(content.attributes.get('sensitive'), diagnostics) ?? false,
    description: literalString(content.attributes.get('description'), diagnostics),
    validations: content.blocks.flatMap(
      (validation) => readValidation(validation, label.value, diagnostics) ?? [],
    ),
    range: label.range,
  };
}

/** Reads one attribute of a `variables` block: a variable whose type is its default's. */
export function readShortVariable(attribute: Attribute): VariableDeclaration {
  return {
    name: attribute.name.name,
    type: anyType,
    typeDefaults: undefined,
    default: attribute.value,
    sensitive: false,
    description: undefined,
    validations: [],
    range: attribute.name.range,
  };
}

function readValidation(
  block: Block,
  variable: string,
  diagnostics: Diagnostics,
): Validation | undefined {
  const content = bodyContent(block.body, validationSchema, block.header, diagnostics);
  const condition = content.attributes.get('condition');
  const message = content.attributes.get('error_message');
  const errorMessage = literalString(message, diagnostics);
  if (condition === undefined || message === undefined || errorMessage === undefined) {
    return undefined;
  }
  checkMessage(message, errorMessage, diagnostics);
  return refersToItself(condition, variable, diagnostics)
    ? { condition: condition.value, errorMessage }
    : undefined;
}

function refersToItself(condition: Attribute, variable: string, diagnostics: Diagnostics): boolean {
  if (condition.value.kind === 'invalid') {
    diagnostics.add(...(condition.value.problems ?? []));
    return false;
  }
  const references = referencesIn(condition.value);
  const isOwn = references.map(({ root, path }) => root === 'var' && path[0] === variable);
  const stranger = references[isOwn.indexOf(false)];
  if (stranger !== undefined) {
    diagnostics.add(
      messages.invalidValidation(
        'Invalid reference in variable validation',
        `The condition for variable "${variable}" can only refer to the variable itself, as var.${variable}.`,
        stranger.range,
      ),
    );
  } else if (references.length === 0) {
    diagnostics.add(
      messages.invalidValidation(
        'Invalid variable validation condition',
        `The condition must refer to var.${variable}: otherwise it says nothing about the value.`,
        condition.value.range,
      ),
    );
  }
  return stranger === undefined && references.length > 0;
}

/** Packer wants whole sentences: a capital first, if it is a letter, and a full stop or its like last. */
function checkMessage(attribute: Attribute, text: string, diagnostics: Diagnostics): void {
  const startsWell = /^(?:\p{Lu}|[^\p{L}])/u.test(text);
  if (startsWell && /[.?!]$/.test(text)) return;
  diagnostics.add(
    messages.invalidValidation(
      'Invalid validation error message',
      'Write at least one full sentence, starting with an uppercase letter and ending with a full stop or a question mark.',
      attribute.value.range,
    ),
  );
}
