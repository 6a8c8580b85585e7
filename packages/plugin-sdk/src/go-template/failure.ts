import { suggest } from '@bake/hcl/go-text';
import { Failure } from '../failure.ts';
import type { Place } from './ast.ts';

/** A template that can't be parsed or rendered; the message is worded as Go's text/template words it. */
export class TemplateFailure extends Failure {
  /** Where in the template text; empty where only the beginning is known. */
  readonly place: Place;
  /** The name that was probably meant in place of the one there. */
  readonly similar: string | undefined;

  constructor(report: {
    summary: string;
    detail?: string;
    place: Place;
    similar?: string | undefined;
    cause?: unknown;
  }) {
    super(report);
    this.place = report.place;
    this.similar = report.similar;
  }
}

/** Go's name for every template that Packer renders. */
const templateName = 'root';

/** How to write braces that are no template: the way out of most parse errors. */
const advice =
  'Text between "{{" and "}}" is a template in Go\'s notation. To keep two opening braces as they are, write {{"{{"}} in their place.';

/** A mistake in the template itself, found while parsing. */
export function parseFailure(text: string, offset: number, problem: string): TemplateFailure {
  const place = { start: offset, end: offset };
  return new TemplateFailure({ summary: headline(text, place, problem), detail: advice, place });
}

/** A call of a function that there is not; `known` are those there are. */
export function unknownFunction(
  text: string,
  place: Place,
  known: Iterable<string>,
): TemplateFailure {
  const name = text.slice(place.start, place.end);
  const similar = suggest(name, known);
  const question = similar === undefined ? '' : `Did you mean "${similar}"? `;
  return new TemplateFailure({
    summary: headline(text, place, `function ${JSON.stringify(name)} not defined`),
    detail: question + advice,
    place,
    similar,
  });
}

function headline(text: string, { start }: Place, problem: string): string {
  return `template: ${templateName}:${lineStart(text, start).line}: ${problem}`;
}

/** Something that went wrong while rendering the part of `text` between `start` and `end`. */
export function renderFailure(
  text: string,
  { start: from, end }: Place,
  problem: string,
  cause?: unknown,
): TemplateFailure {
  const { line, start } = lineStart(text, from);
  const column = Buffer.byteLength(text.slice(start, from));
  const excerpt = text.slice(from, end);
  return new TemplateFailure({
    summary: `template: ${templateName}:${line}:${column}: executing "${templateName}" at <${excerpt}>: ${problem}`,
    place: { start: from, end },
    cause,
  });
}

/** The 1-based line that holds `offset`, and where that line starts. */
function lineStart(text: string, offset: number): { line: number; start: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, start: before.lastIndexOf('\n') + 1 };
}
