import type { BuildOutline, ComponentOutline } from '@bake/core';

/** Builds with what they hold, in Packer's layout, which scripts read. */
export function buildsText(builds: readonly BuildOutline[]): string {
  return `> builds:\n${builds.map(buildText).join('')}`;
}

function buildText(build: BuildOutline, index: number): string {
  const description =
    build.description === undefined ? [] : [`  > Description: ${build.description}`];
  const sources = build.sources.map(({ type, name }) => `      ${type}.${name}`);
  const provisioners = build.provisioners.map((one) => `      ${nameOf(one)}`);
  const paragraphs = [
    `  > ${build.name ?? `<unnamed build ${index}>`}:`,
    ...description,
    '    sources:',
    ...(sources.length > 0 ? sources : ['      <no source>']),
    '    provisioners:',
    provisioners.length > 0 ? provisioners.join('\n') : '      <no provisioner>',
    '    post-processors:',
    ...postProcessors(build),
  ];
  return paragraphs.map((paragraph) => `\n${paragraph}\n`).join('');
}

function postProcessors({ postProcessors: sequences }: BuildOutline): readonly string[] {
  if (sequences.length === 0) return ['      <no post-processor>'];
  return sequences.map((sequence, index) =>
    [`      ${index}:`, ...sequence.map((one) => `        ${nameOf(one)}`)].join('\n'),
  );
}

function nameOf({ type, name }: ComponentOutline): string {
  return name === undefined || name === '' ? type : `${type}.${name}`;
}
