import { Failure } from '../../failure.ts';

/** What no name on the disk may have, long or short. */
const forbidden = /[\p{Cc}"*/:<>?\\|]/u;

/** Names that Windows keeps for devices. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * The short name (eight characters and three, without dot) of a file, none of those that are taken: the name itself
 * if it is one, else the beginning of it and `~1`. Throws a `Failure` for a name that cannot be on the disk.
 */
export function shortNameFor(name: string, taken: ReadonlySet<string>): string {
  requireProper(name);
  const dot = name.lastIndexOf('.');
  const [base, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot + 1)] : [name, ''];
  if (isShort(base, 8, 1) && isShort(ending, 3, 0)) {
    const own = base.toUpperCase().padEnd(8) + ending.toUpperCase().padEnd(3);
    if (!taken.has(own)) return own;
  }
  const stem = squeezed(base) || '_';
  const tail = squeezed(ending).slice(0, 3).padEnd(3);
  for (let number = 1; ; number += 1) {
    const mark = `~${number}`;
    const candidate = `${stem.slice(0, 8 - mark.length)}${mark}`.padEnd(8) + tail;
    if (!taken.has(candidate)) return candidate;
  }
}

function requireProper(name: string): void {
  const isProper =
    !forbidden.test(name) && !/[. ]$/.test(name) && !device.test(name) && name.length <= 255;
  if (isProper) return;
  throw new Failure({
    summary: `"${name}" cannot be the name of a file on a floppy disk`,
    detail:
      'Names there have at most 255 characters, none of " * / : < > ? \\ |, no dot or space at their end, and are none of devices such as CON.',
  });
}

function isShort(text: string, longest: number, shortest: number): boolean {
  return text.length >= shortest && text.length <= longest && /^[!#-)\-0-9@A-Z^-{}~]*$/i.test(text);
}

/** Only what a short name may have: capital letters, no spaces or dots, `_` for all else. */
function squeezed(text: string): string {
  return text
    .toUpperCase()
    .replace(/[ .]/g, '')
    .replace(/[^!#-)\-0-9@A-Z^-`{}~]/g, '_');
}
