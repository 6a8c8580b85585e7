import { isIdentifier } from '@bake/hcl';
import {
  type Location,
  LSPErrorCodes,
  type Range as LspRange,
  ResponseError,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { type Occurrence, placesOf } from '../language/names.ts';
import { parsedSource } from '../text/config-file.ts';
import { lspRange } from '../text/positions.ts';
import { filesOf, locationOf, namesOf, type View } from '../view.ts';

/** Where the name at the place is declared. */
export function definition(view: View): readonly Location[] {
  const { all, here } = namesOf(view);
  if (here === undefined) return [];
  return placesOf(here, all)
    .filter(({ isDeclaration }) => isDeclaration)
    .map(({ range }) => locationOf(range, view));
}

/** Every place where the name at the place stands. */
export function references(view: View, includesDeclaration: boolean): readonly Location[] {
  const { all, here } = namesOf(view);
  if (here === undefined) return [];
  return placesOf(here, all)
    .filter(({ isDeclaration }) => includesDeclaration || !isDeclaration)
    .map(({ range }) => locationOf(range, view));
}

/** What would be renamed. Throws a `ResponseError` when it cannot be. */
export function renamed(view: View): { readonly range: LspRange; readonly placeholder: string } {
  const { range, key } = renamable(view);
  return { range: lspRange(range), placeholder: key.split('.').at(-1) as string };
}

/** Gives the name at the place another one, in all files. Throws a `ResponseError` when it cannot be done. */
export function rename(view: View, name: string): WorkspaceEdit {
  const here = renamable(view);
  if (!isIdentifier(name)) {
    throw refused(
      `"${name}" is no name: use letters, digits, underscores and dashes, with a letter first.`,
    );
  }
  const { all } = namesOf(view);
  const prefix = here.key.split('.').slice(0, -1);
  const key = [...prefix, name].join('.');
  const isTaken = all.some((one) => one.isDeclaration && one.kind === here.kind && one.key === key);
  if (isTaken && key !== here.key) throw refused(`There is a ${here.kind} "${name}" already.`);
  const changes: Record<string, TextEdit[]> = {};
  for (const { range } of placesOf(here, all)) {
    const uri = view.documents.uriOf(range.source.name);
    changes[uri] = [...(changes[uri] ?? []), { range: lspRange(range), newText: name }];
  }
  return { changes };
}

function renamable(view: View): Occurrence {
  const { all, here } = namesOf(view);
  if (here === undefined) {
    throw refused('Only names of variables, locals, sources and data sources can be changed.');
  }
  const { start, end } = here.range;
  if (view.offset < start || end < view.offset) {
    throw refused(`Place the cursor on the name itself, ${here.key.split('.').at(-1)}.`);
  }
  if (!placesOf(here, all).some(({ isDeclaration }) => isDeclaration)) {
    throw refused(`No ${here.kind} "${here.key}" is declared here.`);
  }
  const broken = filesOf(view).find((file) =>
    parsedSource(file.source).diagnostics.some(({ severity }) => severity === 'error'),
  );
  if (broken === undefined) return here;
  throw refused(
    `${broken.source.name} has mistakes in its syntax, and names could be missed there. Put them right first.`,
  );
}

function refused(message: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}
