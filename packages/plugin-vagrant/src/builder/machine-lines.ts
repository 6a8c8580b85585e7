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

/** What is said to people: texts of `ui` lines, without an empty one. */
export function spokenText({ type, data }: MachineLine): string | undefined {
  const [, text = ''] = data;
  return type === 'ui' && text.trim() !== '' ? text.replace(/\s+$/, '') : undefined;
}
