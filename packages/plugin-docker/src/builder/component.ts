import {
  type Builder,
  block,
  bool,
  type ConfigSchema,
  communicatorOptions,
  defineBuilder,
  type Infer,
  string,
  stringMap,
  strings,
} from '@bake/plugin-sdk';
import { loginOptions, programOptions } from '../options.ts';
import { checkBuilder } from './check.ts';

const config = {
  image: string('The image to start from, as `docker pull` takes it.', { example: '"debian:12"' }),
  build: block('Builds the image to start from with a Dockerfile, in place of `image`.', {
    path: string('The Dockerfile.', { required: true }),
    build_dir: string('Folder that the engine gets to see.', { default: '.' }),
    arguments: stringMap('Values for `ARG` in the Dockerfile.'),
    pull: bool('Pull the images that the Dockerfile starts from, even if they are there.', {
      default: true,
    }),
    compress: bool('Compress the folder on its way to the engine.', { default: false }),
  }),
  commit: bool('Make an image of the container.', { default: false }),
  export_path: string('File to write the content of the container to, as tar.'),
  discard: bool('Throw the container away.', { default: false }),
  author: string('Author of the committed image.'),
  message: string('Message of the committed image.'),
  changes: strings(
    'Dockerfile instructions for the committed image. Entrypoint and command are those of `image` unless they say otherwise.',
    { example: '["ENV MODE=production", "CMD [\\"/app/run\\"]"]' },
  ),
  run_command: strings(
    'Arguments of `docker run`; `{{.Image}}` is the image. By default `["-d", "-i", "-t", "--entrypoint=/bin/sh", "--", "{{.Image}}"]`, with `powershell` for Windows containers.',
    { templating: 'component', fields: ['Image'] },
  ),
  pull: bool('Pull the image first. Without, it must be in the engine.', { default: true }),
  platform: string('Platform of the image to pull and run.', { example: '"linux/arm64"' }),
  runtime: string('Runtime for the container, as the engine calls it.', { example: '"runsc"' }),
  volumes: stringMap('Folders or volumes to mount: what is mounted, and where in the container.', {
    example: '{ "~/cache" = "/cache" }',
  }),
  tmpfs: strings('Paths in the container to mount a file system in memory on.'),
  device: strings('Devices that the container may use.', { example: '["/dev/fuse"]' }),
  cap_add: strings('Linux capabilities to add.'),
  cap_drop: strings('Linux capabilities to drop.'),
  privileged: bool('Run the container with `--privileged`.', { default: false }),
  exec_user: string('User, or `USER:GROUP`, to run commands as; the one of the image without.'),
  pty: bool('Give commands a terminal.', { default: false }),
  fix_upload_owner: bool(
    'Uploads belong to the user of the image; without, they have the numbers of the user who runs bake.',
    { default: true },
  ),
  container_dir: string(
    'Where to mount a temporary folder in the container. Windows containers have one in any case, at `c:/packer-files` by default.',
  ),
  windows_container: bool('The container is one of Windows.', { default: false }),
  ...programOptions,
  ...loginOptions,
  ...communicatorOptions,
  communicator: string(
    'How to talk to the container: `docker` by `docker exec`, or `ssh`, `winrm`, `none`.',
    { default: 'docker' },
  ),
} satisfies ConfigSchema;

/** Decoded options of the builder. */
export type DockerConfig = Infer<typeof config>;

const docker: Builder<typeof config> = defineBuilder({
  name: 'docker',
  doc: 'Starts a container of an image, provisions it, and commits or exports it.',
  config,
  communicates: true,
  provides: ['ImageSha256', 'SourceImageDigest', 'SourceImageSha256'],
  remains: {
    container: {
      async remove(traces, context) {
        const { removeContainer } = await import('./remains.ts');
        await removeContainer(traces, context);
      },
    },
    image: {
      async remove(traces, context) {
        const { removeImage } = await import('./remains.ts');
        await removeImage(traces, context);
      },
    },
    checkpoint: {
      async remove(traces, context) {
        const { removeCheckpoint } = await import('./remains.ts');
        await removeCheckpoint(traces, context);
      },
    },
  },
  check: checkBuilder,
  async build(given, context) {
    const { build } = await import('./build.ts');
    return build(given, context);
  },
});
export default docker;
