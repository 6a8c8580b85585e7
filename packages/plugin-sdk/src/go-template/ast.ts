/** A place in the template text, `[start, end)` in UTF-16 units. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A parsed template: what it shows, and the templates defined inside it by name. */
export interface Template {
  readonly text: string;
  readonly body: readonly Node[];
  readonly defined: ReadonlyMap<string, readonly Node[]>;
}

/** What stands side by side in a template. */
export type Node =
  | TextNode
  | ActionNode
  | BranchNode
  | RangeNode
  | TemplateNode
  | (Place & { readonly kind: 'break' | 'continue' });

/** Text outside actions. */
export interface TextNode extends Place {
  readonly kind: 'text';
  readonly text: string;
}

/** `{{ pipeline }}` */
export interface ActionNode extends Place {
  readonly kind: 'action';
  readonly pipeline: Pipeline;
}

/** `{{ if }}` and `{{ with }}`, which differ in that `with` sets the dot. */
export interface BranchNode extends Place {
  readonly kind: 'if' | 'with';
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** `{{ range }}` */
export interface RangeNode extends Place {
  readonly kind: 'range';
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** `{{ template "name" pipeline }}`, also left by `{{ block }}`. */
export interface TemplateNode extends Place {
  readonly kind: 'template';
  readonly name: string;
  readonly pipeline: Pipeline | undefined;
}

/** `$a, $b := command | command` */
export interface Pipeline extends Place {
  readonly kind: 'pipeline';
  /** Variables it sets, with the dollar sign. */
  readonly variables: readonly string[];
  /** It changes variables (`=`) and does not declare them (`:=`). */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

/** A function or value with its arguments. */
export interface Command extends Place {
  readonly first: Expression;
  readonly args: readonly Expression[];
}

/** One operand. */
export type Expression =
  | Pipeline
  | FieldExpression
  | VariableExpression
  | ChainExpression
  | IdentifierExpression
  | LiteralExpression
  | (Place & { readonly kind: 'dot' | 'nil' });

/** `.A.B` */
export interface FieldExpression extends Place {
  readonly kind: 'field';
  readonly path: readonly string[];
}

/** `$x.A.B`; the name is `$x`. */
export interface VariableExpression extends Place {
  readonly kind: 'variable';
  readonly name: string;
  readonly path: readonly string[];
}

/** `(pipeline).A.B` or `function.A` */
export interface ChainExpression extends Place {
  readonly kind: 'chain';
  readonly base: Expression;
  readonly path: readonly string[];
}

/** The name of a function. */
export interface IdentifierExpression extends Place {
  readonly kind: 'identifier';
  readonly name: string;
}

/** A constant: a `bigint` is Go's int, a `number` its float64. */
export interface LiteralExpression extends Place {
  readonly kind: 'literal';
  readonly value: string | boolean | bigint | number;
}
