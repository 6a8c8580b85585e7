/** What `user` and `template_dir` stand for. */
export interface Substitutes {
  /** The value of a variable; one that nobody declared is empty, as in Packer. Throws `UnknownText`. */
  user(name: string): string;
  readonly templateDir: string;
}

/** What they stand for in the texts of one build. */
export interface BuildSubstitutes extends Substitutes {
  /** Expands an action for good, with all functions. */
  expand(action: string): string;
}

const action =
  /\{\{-?\s*\/\*[\s\S]*?\*\/\s*-?\}\}|\{\{(?:"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])*'|[^}"'`]|\}(?!\}))*\}\}/g;
const onlyUser = /^\{\{\s*user\s+("(?:\\.|[^"\\])*"|`[^`]*`)\s*\}\}$/;
const onlyFolder = /^\{\{\s*template_dir\s*\}\}$/;
const piece =
  /(?<![\w.$])user\s+("(?:\\.|[^"\\])*"|`[^`]*`)|"(?:\\.|[^"\\])*"|`[^`]*`|(?<![\w.$])template_dir(?!\w)/g;
const computedUser = /(?<![\w.$])user(?!\w|\s+["`])/;
const password = /(?<![\w.$)])\.WinRMPassword(?!\w)|"(?:\\.|[^"\\])*"|`[^`]*`/g;
const onlyPassword = /^\{\{(?:- )?\s*\.WinRMPassword\s*(?: -)?\}\}$/;
const comment = /^\{\{-?\s*\/\*/;
const texts = /"(?:\\.|[^"\\])*"|`[^`]*`/g;

/**
 * Puts the values of user variables into a text, and leaves every other `{{ }}` to be expanded later, by
 * core or by the component: neither knows of user variables. A value is put in so that what looks like
 * a template in it stays as it is. An action that computes the name of a variable is expanded at once.
 */
export function substitute(text: string, substitutes: BuildSubstitutes): string {
  if (!text.includes('{{')) return text;
  return text.replaceAll(action, (found) => {
    if (comment.test(found)) return found;
    const name = onlyUser.exec(found)?.[1];
    if (name !== undefined) return protectedText(substitutes.user(unquoted(name)));
    if (onlyFolder.test(found)) return protectedText(substitutes.templateDir);
    if (computedUser.test(found.replaceAll(texts, '""'))) {
      return protectedText(substitutes.expand(found));
    }
    return found.replaceAll(piece, (part, argument?: string) => {
      if (argument !== undefined) return JSON.stringify(substitutes.user(unquoted(argument)));
      if (part === 'template_dir') return JSON.stringify(substitutes.templateDir);
      return part;
    });
  });
}

/**
 * In this format `.WinRMPassword` is another way to write `build `WinRMPassword`` where there is a machine, which Packer kept
 * from the time before `build`, and which its documentation of provisioners shows.
 */
export function withPassword(text: string): string {
  if (!text.includes('.WinRMPassword')) return text;
  return text.replaceAll(action, (found) => {
    if (comment.test(found)) return found;
    const call = onlyPassword.test(found) ? 'build `WinRMPassword`' : '(build `WinRMPassword`)';
    return found.replaceAll(password, (part) => (part.startsWith('.') ? call : part));
  });
}

/** Text that expanding `{{ }}` once leaves as it is. */
export function protectedText(text: string): string {
  return text.replaceAll('{{', '{{"{{"}}');
}

/** Splits at commas, as Packer does with text where a list is wanted, but not inside `{{ }}`. */
export function splitOutsideActions(text: string): readonly string[] {
  const marks = [...text.matchAll(action)];
  const isInside = (offset: number): boolean =>
    marks.some(({ index, 0: { length } }) => offset > index && offset < index + length);
  const pieces: string[] = [];
  let start = 0;
  for (const { index } of text.matchAll(/,/g)) {
    if (isInside(index)) continue;
    pieces.push(text.slice(start, index));
    start = index + 1;
  }
  return [...pieces, text.slice(start)];
}

function unquoted(name: string): string {
  if (name.startsWith('`')) return name.slice(1, -1);
  return name.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}
