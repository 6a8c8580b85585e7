import { Failure } from '../failure.ts';

/** A template that can't be parsed or rendered; the message is worded as Go's text/template words it. */
export class TemplateFailure extends Failure {
  /** Where in the template text, in UTF-16 units from its start. */
  readonly offset: number;

  constructor(report: { summary: string; detail?: string; offset: number; cause?: unknown }) {
    super(report);
    this.offset = report.offset;
  }
}

/** Go's name for every template that Packer renders. */
const templateName = 'root';

/** How to write braces that are no template: the way out of most parse errors. */
const advice =
  'Text between "{{" and "}}" is a template in Go\'s notation. To keep two opening braces as they are, write {{"{{"}} in their place.';

/** A mistake in the template itself, found while parsing. */
export function parseFailure(text: string, offset: number, problem: string): TemplateFailure {
  const line = lineStart(text, offset).line;
  return new TemplateFailure({
    summary: `template: ${templateName}:${line}: ${problem}`,
    detail: advice,
    offset,
  });
}

/** Something that went wrong while rendering the part of `text` between `start` and `end`. */
export function renderFailure(
  text: string,
  range: { readonly start: number; readonly end: number },
  problem: string,
  cause?: unknown,
): TemplateFailure {
  const { line, start } = lineStart(text, range.start);
  const column = Buffer.byteLength(text.slice(start, range.start));
  const excerpt = text.slice(range.start, range.end);
  return new TemplateFailure({
    summary: `template: ${templateName}:${line}:${column}: executing "${templateName}" at <${excerpt}>: ${problem}`,
    offset: range.start,
    cause,
  });
}

/** The 1-based line that holds `offset`, and where that line starts. */
function lineStart(text: string, offset: number): { line: number; start: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, start: before.lastIndexOf('\n') + 1 };
}
