import { type Body, Diagnostics, type Expression, type Reference, referencesIn } from '@bake/hcl';
import type { Template } from '../config/template.ts';
import { type BuildBlock, type ComponentBlock, readBuildBlock } from '../plan/build-block.ts';
import type { EvaluatedTemplate } from '../plan/evaluate-template.ts';
import { literalNames } from '../values/dependencies.ts';

/** What a node of the graph stands for. */
export type GraphNodeKind =
  | 'variable'
  | 'local'
  | 'data'
  | 'source'
  | 'build'
  | 'provisioner'
  | 'error-cleanup-provisioner'
  | 'post-processor';

/** A part of a template. */
export interface GraphNode {
  /** Unique: `var.a`, `local.b`, `data.http.c`, `source.docker.d`, `build.0`, `build.0.provisioner.1`. */
  readonly id: string;
  readonly kind: GraphNodeKind;
  /** As templates name it, or the component's type; with the sources that `only` and `except` choose. */
  readonly label: string;
}

/** `to` needs what is in `from` (`value`), or comes after it in a build (`order`). */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'value' | 'order';
}

/** A template as a graph without cycles: values flow into what uses them, a build runs down its components. */
export interface TemplateGraph {
  readonly nodes: readonly GraphNode[];
  /** Each pair of nodes has at most one of a kind; both ends are nodes. */
  readonly edges: readonly GraphEdge[];
}

/** The graph of a template in HCL, in the order of the template. What is wrong with its blocks is passed over. */
export async function graphOf(
  template: Template,
  { scope, answers }: EvaluatedTemplate,
): Promise<TemplateGraph> {
  const builds = await answers.settled(new Diagnostics(), (diagnostics) =>
    template.builds.map((block) => readBuildBlock(block, { template, scope, diagnostics })),
  );
  const drawing = new Drawing();
  addValues(drawing, template);
  for (const [index, build] of builds.entries()) addBuild(drawing, build, `build.${index}`);
  return drawing.graph();
}

class Drawing {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #edges = new Map<string, GraphEdge>();

  node(id: string, kind: GraphNodeKind, label: string): string {
    this.#nodes.set(id, { id, kind, label });
    return id;
  }

  order(from: string, to: string): void {
    this.#edges.set(`${from} > ${to}`, { from, to, kind: 'order' });
  }

  /** Edges from all that an expression or body refers to. */
  uses(id: string, part: Expression | Body): void {
    for (const reference of referencesIn(part)) {
      const from = nodeOf(reference);
      if (from === undefined || from === id) continue;
      this.#edges.set(`${from} = ${id}`, { from, to: id, kind: 'value' });
    }
  }

  /** Edges to what is not there, as a misspelled name, are left out. */
  graph(): TemplateGraph {
    const isThere = ({ from, to }: GraphEdge): boolean =>
      this.#nodes.has(from) && this.#nodes.has(to);
    return { nodes: [...this.#nodes.values()], edges: [...this.#edges.values()].filter(isThere) };
  }
}

function nodeOf({ root, path }: Reference): string | undefined {
  const count = { var: 1, local: 1, data: 2 }[root];
  if (count === undefined) return undefined;
  const names = literalNames(path, count);
  return names.length < count ? undefined : [root, ...names].join('.');
}

function addValues(drawing: Drawing, { variables, locals, data, sources }: Template): void {
  for (const name of variables.keys()) drawing.node(`var.${name}`, 'variable', `var.${name}`);
  for (const [name, { expression }] of locals) {
    drawing.uses(drawing.node(`local.${name}`, 'local', `local.${name}`), expression);
  }
  for (const [name, { block }] of data) {
    drawing.uses(drawing.node(`data.${name}`, 'data', `data.${name}`), block.body);
  }
  for (const [name, { block }] of sources) {
    drawing.uses(drawing.node(`source.${name}`, 'source', name), block.body);
  }
}

/** Blocks in a build that have no node of their own. */
const ofBuild: readonly string[] = ['source', 'dynamic'];

function addBuild(drawing: Drawing, build: BuildBlock, id: string): void {
  drawing.node(id, 'build', build.name ? `build ${build.name}` : 'build');
  for (const { declaration } of build.sources) {
    drawing.order(`source.${declaration.type}.${declaration.name}`, id);
  }
  for (const item of build.block.body.items) {
    if (item.kind === 'attribute') drawing.uses(id, item.value);
    else if (ofBuild.includes(item.type.name)) drawing.uses(id, item.body);
  }
  const last = addChain(drawing, build.provisioners, 'provisioner', id, `${id}.provisioner`);
  if (build.errorCleanup !== undefined) {
    addChain(drawing, [build.errorCleanup], 'error-cleanup-provisioner', id, `${id}.error-cleanup`);
  }
  for (const [index, sequence] of build.sequences.entries()) {
    addChain(drawing, sequence, 'post-processor', last, `${id}.post-processors.${index}`);
  }
}

/** Hangs components behind a node, one after the other, and gives the last one. */
function addChain(
  drawing: Drawing,
  components: readonly ComponentBlock[],
  kind: GraphNodeKind,
  start: string,
  prefix: string,
): string {
  let last = start;
  for (const [index, component] of components.entries()) {
    const id = drawing.node(`${prefix}.${index}`, kind, labelOf(component));
    drawing.uses(id, component.block.body);
    drawing.order(last, id);
    last = id;
  }
  return last;
}

function labelOf({ type, meta: { name, only, except } }: ComponentBlock): string {
  const parts = [
    name ? `${type} ${name}` : type,
    ...(only.size > 0 ? [`only ${[...only].join(', ')}`] : []),
    ...(except.size > 0 ? [`except ${[...except].join(', ')}`] : []),
  ];
  return parts.join(', ');
}
