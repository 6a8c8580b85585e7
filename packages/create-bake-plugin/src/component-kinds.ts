/** A kind of component that a new plugin can have, as it is written on the command line. */
export type ComponentKind = 'builder' | 'provisioner' | 'post-processor' | 'data-source';

/** What each kind is, in the order in which they are offered. */
export const componentKinds: Readonly<Record<ComponentKind, string>> = {
  builder: 'makes machines and images',
  provisioner: 'changes a machine that is up',
  'post-processor': 'works on what a builder made',
  'data-source': 'looks something up before builds begin',
};

/** The kinds in a list such as `builder,provisioner`; throws an `Error` in words for the user. */
export function kindsIn(text: string): readonly ComponentKind[] {
  const words = [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))];
  const stranger = words.find((word) => !isKind(word));
  if (stranger !== undefined) {
    const known = Object.keys(componentKinds).join(', ');
    throw new Error(`"${stranger}" is no kind of component. There are ${known}.`);
  }
  if (words.length === 0) throw new Error('A plugin has at least one component.');
  return words.filter(isKind);
}

function isKind(word: string): word is ComponentKind {
  return Object.hasOwn(componentKinds, word);
}
