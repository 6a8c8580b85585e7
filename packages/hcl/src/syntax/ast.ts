import type { Diagnostic } from '../diagnostic.ts';
import type { JsonPayload } from '../json/tree.ts';
import type { Range } from '../range.ts';
import type { Source } from '../source.ts';

/**
 * The syntax tree of HCL's native syntax. Nodes are plain data, one union on `kind`; every node and
 * every delimiter has its range, so that diagnostics can point at a comma and a formatter can keep it.
 */

/** A parsed file, or a piece of one. */
export interface ConfigFile {
  readonly kind: 'file';
  readonly source: Source;
  readonly body: Body;
  /** All comments in source order, with their markers. */
  readonly comments: readonly Comment[];
  readonly range: Range;
}

/** `# ...`, `// ...` or `/* ... *​/`; `range` leaves the line break out. */
export interface Comment {
  readonly kind: 'comment';
  readonly style: 'line' | 'block';
  readonly range: Range;
}

/** What stands between the braces of a block, or a whole file. */
export interface Body {
  readonly kind: 'body';
  /** Attributes and blocks in source order. */
  readonly items: readonly (Attribute | Block)[];
  /** Set when it was read from JSON. */
  readonly syntax?: 'json';
  readonly range: Range;
}

/** `name = expression` */
export interface Attribute {
  readonly kind: 'attribute';
  readonly name: Identifier;
  readonly equals: Range;
  readonly value: Expression;
  /** The JSON that it came from: a schema may see blocks in it (`itemsBySchema`). */
  readonly json?: JsonPayload;
  readonly range: Range;
}

/** `type "label" { ... }` */
export interface Block {
  readonly kind: 'block';
  readonly type: Identifier;
  readonly labels: readonly Label[];
  readonly open: Range;
  readonly body: Body;
  readonly close: Range;
  /** Type and labels, without the body: what a diagnostic shows as the block's place. */
  readonly header: Range;
  readonly range: Range;
  /** The `dynamic` block that made it; the parser makes none such. */
  readonly madeBy?: Block;
}

/** A name as written. */
export interface Identifier {
  readonly kind: 'identifier';
  readonly name: string;
  readonly range: Range;
}

/** A block label; `value` has its escapes resolved. */
export interface Label {
  readonly kind: 'label';
  readonly value: string;
  readonly quoted: boolean;
  readonly range: Range;
}

/** Every kind of expression. */
export type Expression =
  | Literal
  | NumberLiteral
  | Template
  | Variable
  | GetAttribute
  | GetIndex
  | Splat
  | SplatItem
  | FunctionCall
  | Unary
  | Binary
  | Conditional
  | Parentheses
  | Tuple
  | ObjectConstructor
  | For
  | Invalid;

/** `true`, `false`, `null` */
export interface Literal {
  readonly kind: 'literal';
  readonly value: boolean | null;
  readonly range: Range;
}

/** A number as written, for instance `1e3`; no sign. */
export interface NumberLiteral {
  readonly kind: 'number';
  readonly text: string;
  readonly range: Range;
}

/** `"..."`, a heredoc, or (with `form: 'bare'`) a whole template file. */
export interface Template {
  readonly kind: 'template';
  readonly form: 'quoted' | 'heredoc' | 'bare';
  readonly parts: readonly TemplatePart[];
  /** Opening and closing quote, or the `<<EOT` and the closing marker; empty ranges for `bare`. */
  readonly open: Range;
  readonly close: Range;
  /** For a heredoc: its marker, and whether `<<-` asks to take the common indentation away (already done in `parts`). */
  readonly heredoc?: { readonly marker: string; readonly flush: boolean };
  readonly range: Range;
}

/** Pieces of a template, nested as the directives nest. */
export type TemplatePart = TemplateText | Interpolation | IfDirective | ForDirective;

/** Literal text with escapes resolved and strip markers of its neighbours already applied. */
export interface TemplateText {
  readonly kind: 'template-text';
  readonly value: string;
  readonly range: Range;
}

/** One `${`/`%{` ... `}` with its strip markers (`~`). */
export interface Sequence {
  readonly open: Range;
  readonly close: Range;
  readonly stripLeft: boolean;
  readonly stripRight: boolean;
}

/** `${ expression }` */
export interface Interpolation {
  readonly kind: 'interpolation';
  readonly value: Expression;
  readonly sequence: Sequence;
  readonly range: Range;
}

/** `%{ if condition }...%{ else }...%{ endif }` */
export interface IfDirective {
  readonly kind: 'if-directive';
  readonly condition: Expression;
  readonly then: readonly TemplatePart[];
  readonly else?: readonly TemplatePart[];
  readonly sequences: {
    readonly if: Sequence;
    readonly else?: Sequence;
    readonly endif: Sequence;
  };
  readonly range: Range;
}

/** `%{ for k, v in collection }...%{ endfor }` */
export interface ForDirective {
  readonly kind: 'for-directive';
  readonly key?: Identifier;
  readonly value: Identifier;
  readonly collection: Expression;
  readonly body: readonly TemplatePart[];
  readonly sequences: { readonly for: Sequence; readonly endfor: Sequence };
  readonly range: Range;
}

/** The root name of a traversal: `var` in `var.image`. */
export interface Variable {
  readonly kind: 'variable';
  readonly name: string;
  readonly range: Range;
}

/** `object.name` */
export interface GetAttribute {
  readonly kind: 'get-attribute';
  readonly object: Expression;
  readonly name: Identifier;
  readonly dot: Range;
  readonly range: Range;
}

/** `collection[key]`, or the legacy `collection.0` (then `legacy`, and `key` is a number). */
export interface GetIndex {
  readonly kind: 'get-index';
  readonly collection: Expression;
  readonly key: Expression;
  readonly legacy: boolean;
  readonly open: Range;
  readonly close: Range;
  readonly range: Range;
}

/** `list.*.name` (attribute style) or `list[*].name[0]` (full). */
export interface Splat {
  readonly kind: 'splat';
  readonly style: 'attribute' | 'full';
  readonly collection: Expression;
  /** What is done to each element: a chain of traversals whose innermost node is a `splat-item`. */
  readonly each: Expression;
  readonly marker: Range;
  readonly range: Range;
}

/** The element that the enclosing splat is at. */
export interface SplatItem {
  readonly kind: 'splat-item';
  readonly range: Range;
}

/** `name(a, b...)`; the name of `space::name(a)` is all of `space::name`. */
export interface FunctionCall {
  readonly kind: 'call';
  readonly name: Identifier;
  readonly arguments: readonly Expression[];
  readonly open: Range;
  readonly close: Range;
  /** The `...` after the last argument. */
  readonly expand?: Range;
  readonly range: Range;
}

/** `!x`, `-x` */
export interface Unary {
  readonly kind: 'unary';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
  readonly operatorRange: Range;
  readonly range: Range;
}

/** Operators with one operand. */
export type UnaryOperator = '!' | '-';

/** `a + b` */
export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly operatorRange: Range;
  readonly range: Range;
}

/** Operators with two operands. */
export type BinaryOperator =
  | '||'
  | '&&'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%';

/** `condition ? then : else` */
export interface Conditional {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly then: Expression;
  readonly else: Expression;
  readonly question: Range;
  readonly colon: Range;
  readonly range: Range;
}

/** `( expression )` */
export interface Parentheses {
  readonly kind: 'parentheses';
  readonly inner: Expression;
  readonly open: Range;
  readonly close: Range;
  readonly range: Range;
}

/** `[a, b]` */
export interface Tuple {
  readonly kind: 'tuple';
  readonly items: readonly Expression[];
  readonly open: Range;
  readonly close: Range;
  readonly range: Range;
}

/** `{ a = 1, (b) = 2, "c" : 3 }` */
export interface ObjectConstructor {
  readonly kind: 'object';
  readonly items: readonly ObjectItem[];
  readonly open: Range;
  readonly close: Range;
  readonly range: Range;
}

/**
 * One `key = value`. A key that is a bare `variable` node stands for its own name, `true` and `null`
 * included; `(x)` computes it.
 */
export interface ObjectItem {
  readonly key: Expression;
  readonly value: Expression;
  /** The `=` or `:`. */
  readonly separator: Range;
}

/** `[for k, v in c : value if cond]`, or with `key`: `{for k, v in c : key => value... if cond}` */
export interface For {
  readonly kind: 'for';
  readonly keyName?: Identifier;
  readonly valueName: Identifier;
  readonly collection: Expression;
  /** Only in the object form. */
  readonly key?: Expression;
  readonly value: Expression;
  readonly condition?: Expression;
  /** The `...` that collects values of equal keys. */
  readonly group?: Range;
  readonly open: Range;
  readonly close: Range;
  readonly range: Range;
}

/** Where an expression should be and none could be read; a diagnostic was reported there, or is told here. */
export interface Invalid {
  readonly kind: 'invalid';
  /** What whoever evaluates it must report: JSON text that would be right if it were taken literally. */
  readonly problems?: readonly Diagnostic[];
  readonly range: Range;
}
