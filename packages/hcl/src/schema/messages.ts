import type { Diagnostic } from '../diagnostic.ts';
import { over, type Range } from '../range.ts';
import type { Attribute, Block } from '../syntax/ast.ts';

/** What decoding a body against a schema can complain about. Summaries are HCL's. */

export function unsupportedArgument(attribute: Attribute, hint: string): Diagnostic {
  const { json, name } = attribute;
  return {
    severity: 'error',
    code: 'unsupported-argument',
    summary: json ? 'Extraneous JSON object property' : 'Unsupported argument',
    detail: json
      ? `No argument or block type is named "${name.name}".${hint}`
      : `An argument named "${name.name}" is not expected here.${hint}`,
    subject: attribute.name.range,
    context: attribute.range,
  };
}

export function blockIsArgument(block: Block): Diagnostic {
  return {
    severity: 'error',
    code: 'unsupported-block-type',
    summary: 'Unsupported block type',
    detail: `"${block.type.name}" is an argument here, not a block: write ${block.type.name} = { ... } with an equals sign.`,
    subject: block.type.range,
    context: block.header,
  };
}

export function argumentIsBlock(attribute: Attribute): Diagnostic {
  return {
    severity: 'error',
    code: 'unsupported-argument',
    summary: 'Unsupported argument',
    detail: `"${attribute.name.name}" is a block here, not an argument: write ${attribute.name.name} { ... } without the equals sign.`,
    subject: over(attribute.name.range, attribute.equals),
    context: attribute.range,
  };
}

export function unsupportedBlock(block: Block, hint: string): Diagnostic {
  return {
    severity: 'error',
    code: 'unsupported-block-type',
    summary: 'Unsupported block type',
    detail: `Blocks of type "${block.type.name}" are not expected here.${hint}`,
    subject: block.type.range,
    context: block.header,
  };
}

export function unexpectedBlock(block: Block): Diagnostic {
  return {
    severity: 'error',
    code: 'unexpected-block',
    summary: `Unexpected "${block.type.name}" block`,
    detail: `Blocks are not allowed here: write ${block.type.name} = { ... } if a value is meant.`,
    subject: block.type.range,
    context: block.header,
  };
}

export function missingLabel(block: Block, label: string): Diagnostic {
  return {
    severity: 'error',
    code: 'missing-label',
    summary: `Missing ${label} for ${block.type.name}`,
    detail: `A "${block.type.name}" block needs a ${label} in quotes before its opening brace.`,
    subject: block.open,
    context: block.header,
  };
}

export function extraLabel(block: Block, subject: Range, labels: readonly string[]): Diagnostic {
  const wanted = labels.length === 0 ? 'no labels' : `only ${labels.join(' and ')}`;
  return {
    severity: 'error',
    code: 'extraneous-label',
    summary: `Extraneous label for ${block.type.name}`,
    detail: `A "${block.type.name}" block takes ${wanted}. Remove this label.`,
    subject,
    context: block.header,
  };
}

export function extraDynamicLabel(
  dynamic: Block,
  subject: Range,
  labels: readonly string[],
): Diagnostic {
  return wrongDynamicLabels('Extraneous dynamic block label', dynamic, subject, labels);
}

export function missingDynamicLabels(
  dynamic: Block,
  subject: Range,
  labels: readonly string[],
): Diagnostic {
  return wrongDynamicLabels('Insufficient dynamic block labels', dynamic, subject, labels);
}

function wrongDynamicLabels(
  summary: string,
  { labels: [type], header }: Block,
  subject: Range,
  labels: readonly string[],
): Diagnostic {
  return {
    severity: 'error',
    code: 'invalid-dynamic-labels',
    summary,
    detail: `A "${type?.value}" block takes just these labels: ${labels.join(' and ')}.`,
    subject,
    context: header,
  };
}

export function missingArgument(name: string, subject: Range): Diagnostic {
  return {
    severity: 'error',
    code: 'missing-argument',
    summary: 'Missing required argument',
    detail: `The argument "${name}" is required, but no definition was found.`,
    subject,
  };
}

export function duplicateArgument(attribute: Attribute): Diagnostic {
  return {
    severity: 'error',
    code: 'duplicate-argument',
    summary: 'Duplicate argument',
    detail: `The argument "${attribute.name.name}" is already set by the source that this adds to. An argument can be added there, not changed: take one of the two out.`,
    subject: attribute.name.range,
    context: attribute.range,
  };
}

export function missingBlock(type: string, subject: Range): Diagnostic {
  return {
    severity: 'error',
    code: 'missing-block',
    summary: `Missing ${type} block`,
    detail: `A "${type}" block is required here.`,
    subject,
  };
}

export function duplicateBlock(type: string, max: number, subject: Range): Diagnostic {
  return {
    severity: 'error',
    code: 'duplicate-block',
    summary: max === 1 ? `Duplicate ${type} block` : `Too many ${type} blocks`,
    detail: `No more than ${max} "${type}" block${max === 1 ? ' is' : 's are'} allowed here. Remove this one or put the two together.`,
    subject,
  };
}

export function unsuitable(name: string, why: string, subject: Range): Diagnostic {
  return {
    severity: 'error',
    code: 'unsuitable-value',
    summary: 'Unsuitable value type',
    detail: `Unsuitable value for "${name}": ${why}.`,
    subject,
  };
}

export function wrongType(name: string, why: string, subject: Range): Diagnostic {
  return {
    severity: 'error',
    code: 'incorrect-attribute-type',
    summary: 'Incorrect attribute value type',
    detail: `Inappropriate value for attribute "${name}": ${why}.`,
    subject,
  };
}
