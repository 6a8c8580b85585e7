import type { Expression, Node, Pipeline, Place } from './ast.ts';
import { parseTemplate } from './parse-template.ts';

/** A name that a template looks up in its data: `{{ .Name }}` or `{{ $.Name }}`. */
export interface Field extends Place {
  readonly name: string;
}

/**
 * What a template looks up in its data, wherever in it; not what it looks up in parts of the data (inside of
 * `with` and `range`). Functions may have any name. Throws `TemplateFailure`.
 */
export function fieldsIn(text: string): readonly Field[] {
  const { body } = parseTemplate(text, new Set(text.match(/[\p{L}_][\p{L}\p{N}_]*/gu)));
  return body.flatMap((node) => fieldsOfNode(node, true));
}

/** `isData` tells that the dot is all of the data here. */
function fieldsOfNode(node: Node, isData: boolean): readonly Field[] {
  switch (node.kind) {
    case 'action':
    case 'template':
      return node.pipeline ? fieldsOf(node.pipeline, isData) : [];
    case 'if':
    case 'with':
    case 'range': {
      const isDataInside = isData && node.kind === 'if';
      return [
        ...fieldsOf(node.pipeline, isData),
        ...node.body.flatMap((each) => fieldsOfNode(each, isDataInside)),
        ...node.otherwise.flatMap((each) => fieldsOfNode(each, isData)),
      ];
    }
    default:
      return [];
  }
}

function fieldsOf(pipeline: Pipeline, isData: boolean): readonly Field[] {
  return pipeline.commands
    .flatMap(({ first, args }) => [first, ...args])
    .flatMap((each) => fieldsOfExpression(each, isData));
}

function fieldsOfExpression(expression: Expression, isData: boolean): readonly Field[] {
  const { start, end } = expression;
  switch (expression.kind) {
    case 'pipeline':
      return fieldsOf(expression, isData);
    case 'chain':
      return fieldsOfExpression(expression.base, isData);
    case 'field':
      return isData ? [{ name: expression.path[0] as string, start, end }] : [];
    case 'variable': {
      const [name] = expression.path;
      return expression.name === '$' && name !== undefined ? [{ name, start, end }] : [];
    }
    default:
      return [];
  }
}
