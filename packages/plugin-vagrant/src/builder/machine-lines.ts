/** A line of `vagrant --machine-readable`. */
export interface MachineLine {
  /** The machine that it is about; empty for Vagrant itself. */
  readonly target: string;
  /** `ui`, `metadata`, `error-exit` and so on. */
  readonly type: string;
  readonly data: readonly string[];
}

/** Reads a line; `undefined` for what other programs have written among them. */
export function parseMachineLine(line: string): MachineLine | undefined {
  const [time = '', target, type, ...data] = line.split(',');
  if (!/^\d+$/.test(time) || target === undefined || !type) return undefined;
  return { target, type, data: data.map(unescaped) };
}

/** Commas and ends of lines stand escaped in the data. */
function unescaped(text: string): string {
  return text.replaceAll('%!(VAGRANT_COMMA)', ',').replaceAll('\\n', '\n').replaceAll('\\r', '\r');
}

/** What is said to people: texts of `ui` lines, without the name of the machine in front, and without an empty one. */
export function spokenText({ target, type, data }: MachineLine): string | undefined {
  const [, text = ''] = data;
  if (type !== 'ui') return undefined;
  const spoken = text
    .split('\n')
    .map((line) => withoutName(line, target))
    .join('\n')
    .trimEnd();
  return spoken === '' ? undefined : spoken;
}

function withoutName(line: string, target: string): string {
  const prefix = [`==> ${target}: `, `    ${target}: `].find((start) => line.startsWith(start));
  return prefix === undefined ? line : line.slice(prefix.length);
}
