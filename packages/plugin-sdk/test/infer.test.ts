import { expect, test } from '@jest/globals';
import {
  type Builder,
  blocks,
  type Component,
  defineBuilder,
  duration,
  type Infer,
  number,
  string,
  strings,
} from '../src/index.ts';

const config = {
  image: string('Image to start from.', { required: true }),
  pull: string('When to pull.', { oneOf: ['always', 'missing'], default: 'missing' }),
  memory: number('Memory limit.', { unit: 'MiB' }),
  wait: duration('How long.', { default: 5000 }),
  login: blocks('Registries.', {
    server: string('Host.', { required: true }),
    password: string('Token.', { sensitive: true }),
  }),
  tags: strings('Tags.'),
} as const;

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

interface Expected {
  readonly image: string;
  readonly pull: 'always' | 'missing';
  readonly memory: number | undefined;
  readonly wait: number;
  readonly login: readonly { readonly server: string; readonly password: string | undefined }[];
  readonly tags: readonly string[] | undefined;
}

// The assertion is the compiler's: this line does not build when inference is off.
const inferred: Equal<Infer<typeof config>, Expected> = true;

test('a schema gives the type of its config', () => {
  expect(inferred).toBe(true);
});

test('a typed definition fits where any component is wanted', () => {
  const docker = defineBuilder({
    name: 'docker',
    doc: 'Makes images.',
    config,
    check(checked, complain) {
      if (checked.pull === 'always') complain('pull', { summary: checked.image });
    },
    async build(built) {
      return built.tags === undefined ? undefined : undefined;
    },
  });
  const anyBuilder: Builder = docker;
  const component: Component = docker;
  expect(anyBuilder.kind).toBe(component.kind);
});
