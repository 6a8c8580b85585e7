import type { ArtifactEvent, ArtifactRecord } from '@bake/core';
import type { Screen } from './screen.ts';

/** Artifacts, kept until the end of a run and then shown build by build. */
export class ArtifactSummary {
  readonly #screen: Screen;
  readonly #artifacts = new Map<string, ArtifactRecord[]>();

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  add({ build, artifact }: ArtifactEvent): void {
    this.#artifacts.set(build, [...(this.#artifacts.get(build) ?? []), artifact]);
  }

  /** Shows the artifacts of these builds, in this order. */
  show(builds: readonly string[]): void {
    if (builds.length === 0) {
      this.#screen.print('say', '\n==> Builds finished but no artifacts were created.');
      return;
    }
    this.#screen.print('say', '\n==> Builds finished. The artifacts of successful builds are:');
    for (const build of builds) this.#showBuild(build, this.#artifacts.get(build) ?? []);
  }

  #showBuild(build: string, artifacts: readonly ArtifactRecord[]): void {
    this.#screen.record('artifact-count', [`${artifacts.length}`], build);
    if (artifacts.length === 0) this.#screen.print('say', `--> ${build}: <nothing>`);
    for (const [index, artifact] of artifacts.entries()) {
      this.#record(build, `${index}`, artifact);
      this.#screen.print('say', `--> ${build}: ${artifact.description || '<nothing>'}`);
    }
  }

  #record(build: string, index: string, { builderId, id, description, files }: ArtifactRecord) {
    const record = (...args: readonly string[]): void =>
      this.#screen.record('artifact', [index, ...args], build);
    record('builder-id', builderId);
    record('id', id);
    record('string', description);
    record('files-count', `${files.length}`);
    for (const [place, file] of files.entries()) record('file', `${place}`, file);
    record('end');
  }
}
