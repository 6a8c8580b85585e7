import { stat } from 'node:fs/promises';
import type { Complain } from '@bake/plugin-sdk';
import { checkLogin } from '../options.ts';
import type { DockerConfig } from './component.ts';

/** Checks across the options of the builder, in Packer's words where it has some. */
export async function checkBuilder(config: DockerConfig, complain: Complain): Promise<void> {
  checkImage(config, complain);
  checkResult(config, complain);
  checkLogin(config, complain);
  await checkExportPath(config, complain);
  await checkDockerfile(config, complain);
  await checkRunCommand(config, complain);
}

function checkImage({ image, build }: DockerConfig, complain: Complain): void {
  if (image && build) {
    complain('image', {
      summary: 'Both an image and a Dockerfile',
      detail: 'The container starts from one of them: set either "image" or "build", not both.',
    });
  } else if (!image && !build) {
    complain(undefined, {
      summary: 'Image must be specified',
      detail:
        'Set "image" to the image to start from, such as "debian:12", or let a "build" block make one of a Dockerfile.',
    });
  }
}

function checkResult({ commit, discard, export_path }: DockerConfig, complain: Complain): void {
  const ways = [
    ...(commit ? ['commit'] : []),
    ...(discard ? ['discard'] : []),
    ...(export_path ? ['export_path'] : []),
  ];
  if (ways.length > 1) {
    complain(ways[1], {
      summary: 'Cannot specify more than one of commit, discard, and export_path',
      detail: `Here ${ways.map((way) => `"${way}"`).join(' and ')} are set. Keep one.`,
    });
  } else if (ways.length === 0) {
    complain(undefined, {
      summary:
        'No instructions given for handling the artifact; expected commit, discard, or export_path',
      detail:
        'Set "commit = true" for an image, "export_path" for a tar file, or "discard = true" to keep nothing.',
    });
  }
}

async function checkExportPath({ export_path: path }: DockerConfig, complain: Complain) {
  if (!path || !(await isKind(path, 'folder'))) return;
  complain('export_path', {
    summary: 'export_path must be a file, not a directory',
    detail: `"${path}" is a folder. Name a file in it.`,
  });
}

async function checkDockerfile({ build }: DockerConfig, complain: Complain): Promise<void> {
  if (build === undefined) return;
  if (build.path !== '' && !(await isKind(build.path, 'file'))) {
    complain('build.0.path', {
      summary: 'No such file',
      detail: `"${build.path}" is not a file. Relative paths start at the working folder.`,
    });
  }
  if (!(await isKind(build.build_dir, 'folder'))) {
    complain('build.0.build_dir', {
      summary: 'No such folder',
      detail: `"${build.build_dir}" is not a folder. Relative paths start at the working folder.`,
    });
  }
}

async function isKind(path: string, kind: 'file' | 'folder'): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return kind === 'file' ? (stats?.isFile() ?? false) : (stats?.isDirectory() ?? false);
}

async function checkRunCommand({ run_command: words = [] }: DockerConfig, complain: Complain) {
  if (!words.some((word) => word.includes('{{'))) return;
  const { checkBuildTemplate, TemplateFailure } = await import('@bake/plugin-sdk/go-template');
  try {
    for (const word of words) checkBuildTemplate(word);
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    const { message: summary, detail } = error;
    complain('run_command', { summary, ...(detail === undefined ? {} : { detail }) });
  }
}
