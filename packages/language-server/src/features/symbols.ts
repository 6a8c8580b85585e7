import type { Attribute, Block, ConfigFile } from '@bake/hcl';
import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver/node';
import { lspRange } from '../text/positions.ts';

const kinds: Readonly<Record<string, SymbolKind>> = {
  packer: SymbolKind.Package,
  variable: SymbolKind.Variable,
  variables: SymbolKind.Namespace,
  local: SymbolKind.Constant,
  locals: SymbolKind.Namespace,
  data: SymbolKind.Interface,
  source: SymbolKind.Class,
  build: SymbolKind.Module,
  provisioner: SymbolKind.Method,
  'error-cleanup-provisioner': SymbolKind.Method,
  'post-processor': SymbolKind.Event,
  'post-processors': SymbolKind.Event,
};

/** Blocks whose arguments are names of the author's own. */
const open: ReadonlySet<string> = new Set(['variables', 'locals', 'required_plugins']);

/** What a file declares, as a tree. */
export function symbols({ body }: ConfigFile): DocumentSymbol[] {
  return body.items.flatMap((item) => symbolOf(item, true));
}

function symbolOf(item: Attribute | Block, isShown: boolean): readonly DocumentSymbol[] {
  if (item.kind === 'attribute') return isShown ? [argumentSymbol(item)] : [];
  const { type, labels, header, range, body } = item;
  const names = labels.map(({ value }) => value).join('.');
  return [
    {
      name: names === '' ? type.name : names,
      ...(names !== '' && { detail: type.name }),
      kind: kinds[type.name] ?? SymbolKind.Struct,
      range: lspRange(range),
      selectionRange: lspRange(header),
      children: body.items.flatMap((inner) => symbolOf(inner, open.has(type.name))),
    },
  ];
}

function argumentSymbol({ name, range }: Attribute): DocumentSymbol {
  return {
    name: name.name,
    kind: SymbolKind.Constant,
    range: lspRange(range),
    selectionRange: lspRange(name.range),
  };
}
