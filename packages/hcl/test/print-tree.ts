import type {
  Attribute,
  Block,
  Body,
  Expression,
  ForDirective,
  IfDirective,
  TemplatePart,
} from '../src/syntax/ast.ts';

/** A body as S-expressions, one item a line, blocks indented. */
export function printBody(body: Body): string {
  return body.items.map((item) => printItem(item, '')).join('\n');
}

function printItem(item: Attribute | Block, indent: string): string {
  if (item.kind === 'attribute') {
    return `${indent}(= ${item.name.name} ${printExpression(item.value)})`;
  }
  const labels = item.labels.map(
    ({ value, quoted }) => ` ${quoted ? JSON.stringify(value) : value}`,
  );
  const items = item.body.items.map((inner) => `\n${printItem(inner, `${indent}  `)}`);
  return `${indent}(block ${item.type.name}${labels.join('')}${items.join('')})`;
}

/** An expression as an S-expression; every kind of node shows. */
export function printExpression(expression: Expression): string {
  const print = printExpression;
  switch (expression.kind) {
    case 'literal':
      return String(expression.value);
    case 'number':
      return expression.text;
    case 'variable':
      return expression.name;
    case 'template':
      return printTemplate(expression);
    case 'get-attribute':
      return `(. ${print(expression.object)} ${expression.name.name})`;
    case 'get-index':
      return `(${expression.legacy ? '.[]' : '[]'} ${print(expression.collection)} ${print(expression.key)})`;
    case 'splat': {
      const name = expression.style === 'full' ? '[*]' : '.*';
      return `(${name} ${print(expression.collection)} ${print(expression.each)})`;
    }
    case 'splat-item':
      return '@';
    case 'call':
      return `(call${list([expression.name.name, ...expression.arguments.map(print)])}${expression.expand === undefined ? '' : ' ...'})`;
    case 'unary':
      return `(${expression.operator} ${print(expression.operand)})`;
    case 'binary':
      return `(${expression.operator} ${print(expression.left)} ${print(expression.right)})`;
    case 'conditional':
      return `(?${list([expression.condition, expression.then, expression.else].map(print))})`;
    case 'parentheses':
      return `(paren ${print(expression.inner)})`;
    case 'tuple':
      return `(tuple${list(expression.items.map(print))})`;
    case 'object':
      return `(object${list(expression.items.map(({ key, value }) => `(${print(key)} ${print(value)})`))})`;
    case 'for':
      return printFor(expression);
    default:
      return '<invalid>';
  }
}

function list(parts: readonly string[]): string {
  return parts.map((part) => ` ${part}`).join('');
}

function printFor(expression: Expression & { kind: 'for' }): string {
  const { keyName, valueName, collection, key, value, condition, group } = expression;
  const names = keyName === undefined ? valueName.name : `${keyName.name},${valueName.name}`;
  const result =
    key === undefined
      ? printExpression(value)
      : `${printExpression(key)} => ${printExpression(value)}`;
  const tail = condition === undefined ? '' : ` if ${printExpression(condition)}`;
  return `(for ${names} ${printExpression(collection)} ${result}${group === undefined ? '' : ' ...'}${tail})`;
}

/** `"text"` when there is nothing but text. */
function printTemplate({ form, parts }: Expression & { kind: 'template' }): string {
  const name = form === 'quoted' ? 'template' : form;
  const [only] = parts;
  if (form === 'quoted' && parts.length === 0) return '""';
  if (form === 'quoted' && parts.length === 1 && only?.kind === 'template-text')
    return printPart(only);
  return `(${name}${list(parts.map(printPart))})`;
}

function printPart(part: TemplatePart): string {
  switch (part.kind) {
    case 'template-text':
      return JSON.stringify(part.value);
    case 'interpolation':
      return `(\${} ${printExpression(part.value)})`;
    case 'if-directive':
      return printIf(part);
    default:
      return printForDirective(part);
  }
}

function printIf({ condition, then, else: otherwise }: IfDirective): string {
  const tail = otherwise === undefined ? '' : ` else${list(otherwise.map(printPart))}`;
  return `(%if ${printExpression(condition)}${list(then.map(printPart))}${tail})`;
}

function printForDirective({ key, value, collection, body }: ForDirective): string {
  const names = key === undefined ? value.name : `${key.name},${value.name}`;
  return `(%for ${names} ${printExpression(collection)}${list(body.map(printPart))})`;
}
