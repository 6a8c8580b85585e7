/** One command or expression of a page, and what the page says it gives. */
export interface Step {
  readonly kind: 'command' | 'expression';
  readonly text: string;
  readonly output: string;
}

/** A folder's files, by name, and what is done in it. */
export interface WorkedExample {
  /** Line of the page on which it begins, from 1. */
  readonly line: number;
  readonly files: ReadonlyMap<string, string>;
  /** The page says that the template has mistakes. */
  readonly isMistaken: boolean;
  readonly steps: readonly Step[];
}

interface Draft {
  readonly line: number;
  readonly files: Map<string, string>;
  readonly isMistaken: boolean;
  readonly steps: Step[];
}

/**
 * Takes the fenced blocks of a Markdown page apart. A block of HCL or JSON begins an example; one whose
 * name follows the language (```` ```hcl prod.pkrvars.hcl ````) and is no template's adds a file to the
 * current one. In `console` blocks a line after `$` is a command, after `>` an expression; what
 * it gives stands below.
 */
export function workedExamples(page: string): readonly WorkedExample[] {
  const examples: Draft[] = [];
  for (const { index, language, name = 'main.pkr.hcl', text } of fencedBlocks(page)) {
    const current = examples.at(-1);
    if (language === 'console') current?.steps.push(...stepsOf(text));
    else if (name.includes('.pkrvars.')) current?.files.set(name, text);
    else {
      const line = page.slice(0, index).split('\n').length;
      const isMistaken = name === 'mistake';
      const file = isMistaken ? 'main.pkr.hcl' : name;
      examples.push({ line, files: new Map([[file, text]]), isMistaken, steps: [] });
    }
  }
  return examples;
}

const fenced = /^```(\w+)(?: (\S+))?\n(.*?)^```$/gms;

function* fencedBlocks(page: string) {
  const stray = page.replaceAll(fenced, '').indexOf('```');
  if (stray >= 0) throw new Error(`a fence that does not open or close a block, near ${stray}`);
  for (const match of page.matchAll(fenced)) {
    const [, language, name, text = ''] = match;
    yield { index: match.index, language, name, text };
  }
}

function stepsOf(text: string): readonly Step[] {
  return text
    .split(/^(?=[$>] )/m)
    .filter((part) => part !== '')
    .map((part) => {
      const [first = '', ...output] = part.split('\n');
      const kind = first.startsWith('$') ? 'command' : 'expression';
      return { kind, text: first.slice(2), output: output.join('\n') };
    });
}
