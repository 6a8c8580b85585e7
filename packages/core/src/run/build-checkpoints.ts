import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import {
  type BuildCache,
  type Checkpoints,
  Failure,
  type Machine,
  type MachineStart,
  messageOf,
  type ResumePoint,
  systemReason,
  type TakenCheckpoint,
  type Traces,
} from '@bake/plugin-sdk';
import type { CheckpointStore, StoredCheckpoint } from '../cache/checkpoint-store.ts';
import { contentDigest } from '../cache/content-digest.ts';
import { Explained, type ProvisionerExplanation } from '../cache/explanation.ts';
import { differences, hashOf, type Parts, partsOf } from '../cache/parts.ts';
import type { PlannedProvisioner } from '../plan/plan.ts';
import type { BuildRun } from './build-run.ts';
import { foreseenComponent } from './run-config.ts';

/** What a provisioner depends on, or why its work cannot be kept (the end of a sentence). */
export type Dependence = { readonly parts: Parts } | { readonly unkept: string };

/**
 * The checkpoints of one build: which one it goes on from, and which it makes. Each provisioner has a fingerprint over what it
 * depends on and the fingerprint before it; what the machine starts of has the first.
 */
export class BuildCheckpoints implements BuildCache {
  readonly #run: BuildRun;
  readonly #store: CheckpointStore;
  #start: StartedAt | undefined;
  /** Fingerprints by provisioner, as far as they are known. */
  readonly #keys: string[] = [];
  #done = 0;
  /** No further checkpoint is made. */
  #hasEnded = false;

  constructor(run: BuildRun, store: CheckpointStore) {
    this.#run = run;
    this.#store = store;
  }

  /** How many provisioners' work the machine has had from the beginning. */
  get done(): number {
    return this.#done;
  }

  get folder(): string {
    return join(resolve(this.#store.cacheDir), this.#run.build.builder.type);
  }

  async resume(start: MachineStart): Promise<ResumePoint | undefined> {
    const { build } = this.#run;
    const startParts = this.#startParts(start);
    const begin = hashOf(startParts, this.#store.hash);
    this.#start = { data: start.data, parts: startParts, key: begin };
    const { keys, dependences } = await this.#fingerprints(build.provisioners, begin, start.data);
    this.#keys.push(...keys);
    const found = await this.#lastHolding(keys, start);
    this.#done = found?.done ?? 0;
    const next = dependences[this.#done];
    const reason = next && this.#whyNot(next, found?.key ?? begin, keys[this.#done]);
    const explain = this.#run.shared.options.cache?.explain;
    if (explain !== undefined) {
      explain({ build: build.name, provisioners: this.#explained(dependences, found, reason) });
      throw new Explained();
    }
    this.#tell(found, reason);
    if (found === undefined) return undefined;
    this.#store.touch(found);
    return { traces: found.traces, isComplete: found.done === build.provisioners.length };
  }

  resized(traces: Traces, bytes: number): void {
    const names = Object.keys(traces);
    const isMeant = (one: StoredCheckpoint): boolean =>
      names.every((name) => one.traces[name] === traces[name]);
    for (const { lastUsed: _, ...found } of this.#store.all().filter(isMeant)) {
      this.#store.add({ ...found, bytes });
    }
  }

  /** A provisioner has done its work well: keeps the machine as it is now. Fails the build only by cancelling. */
  async keep(index: number, machine: Machine): Promise<void> {
    if (this.#hasEnded) return;
    try {
      const dependence = await this.#assertKeepable(index, machine);
      await this.#take(index, dependence, machine.checkpoints as Checkpoints);
    } catch (error) {
      this.#run.signal.throwIfAborted();
      this.giveUp(index, messageOf(error));
    }
  }

  /** A provisioner has failed, or another such thing: from now on the machine is in no state to be kept. */
  giveUp(index: number, reason: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#emit('not-made', index, reason);
  }

  #startParts({ source }: MachineStart): Parts {
    const { hash } = this.#store;
    const { builder, sourceName } = this.#run.build;
    return {
      ...partsOf('option', source, hash),
      'the builder': hash.of(builder.type, builder.plugin),
      'the name of the source': hash.of(sourceName),
    };
  }

  async #fingerprints(
    provisioners: readonly PlannedProvisioner[],
    begin: string,
    data: MachineStart['data'],
  ): Promise<{ readonly keys: readonly string[]; readonly dependences: readonly Dependence[] }> {
    const keys: string[] = [];
    const dependences: Dependence[] = [];
    for (const planned of provisioners) {
      const dependence = await dependenceOf(planned, this.#run, data, this.#store);
      dependences.push(dependence);
      const isEnd = dependences.some((one) => 'unkept' in one);
      // Who wants to know all gets to hear of the others, too.
      if (isEnd && this.#run.shared.options.cache?.explain === undefined) break;
      if (isEnd || 'unkept' in dependence) continue;
      keys.push(this.#keyAfter(keys.at(-1) ?? begin, dependence.parts));
    }
    return { keys, dependences };
  }

  #keyAfter(previous: string, parts: Parts): string {
    const { hash } = this.#store;
    return hash.of(previous, hashOf(parts, hash));
  }

  /** What is not there any more is forgotten. */
  async #lastHolding(
    keys: readonly string[],
    { holds }: MachineStart,
  ): Promise<StoredCheckpoint | undefined> {
    const all = this.#store.all();
    for (const key of keys.toReversed()) {
      for (const checkpoint of all.filter((one) => one.key === key)) {
        if (await holds(checkpoint.traces, this.#run.signal)) return checkpoint;
      }
    }
    return undefined;
  }

  /** Why the provisioner after the last checkpoint that holds is not in one, too. */
  #whyNot(next: Dependence, previous: string, key: string | undefined): string {
    if ('unkept' in next) return next.unkept;
    const all = this.#store.all();
    if (all.some((one) => one.key === key)) return 'its checkpoint is not there any more';
    const ofSame = all.find((one) => one.previous === previous);
    const changed = ofSame && differences(next.parts, ofSame.parts);
    if (changed) return changed;
    const start = this.#start?.parts ?? {};
    const sibling = this.#done === 0 ? all.find((one) => this.#isOfThisBuild(one)) : undefined;
    return (sibling && differences(start, sibling.start)) || 'there is no checkpoint of it yet';
  }

  #explained(
    dependences: readonly Dependence[],
    found: StoredCheckpoint | undefined,
    reason: string | undefined,
  ): readonly ProvisionerExplanation[] {
    const ours = this.#store.all().filter((one) => this.#isOfThisBuild(one));
    return this.#run.build.provisioners.map(({ type }, index) => {
      if (found !== undefined && index < found.done) return { type, checkpoint: found };
      if (index === this.#done && reason !== undefined) return { type, reason };
      const dependence = dependences[index] as Dependence;
      if ('unkept' in dependence) return { type, reason: dependence.unkept };
      const before = ours.find((one) => one.done === index + 1);
      const changed = before && differences(dependence.parts, before.parts);
      return { type, reason: changed || 'one before it runs' };
    });
  }

  #isOfThisBuild({ build, templateFolder }: StoredCheckpoint): boolean {
    return build === this.#run.build.name && templateFolder === this.#templateFolder;
  }

  get #templateFolder(): string {
    const { workingDir, root } = this.#run.shared.plan;
    return resolve(workingDir, root);
  }

  #tell(found: StoredCheckpoint | undefined, reason: string | undefined): void {
    const { name: build, provisioners } = this.#run.build;
    const next = provisioners[this.#done]?.type;
    this.#run.shared.events.emit({
      type: 'resume',
      build,
      done: this.#done,
      total: provisioners.length,
      ...(found !== undefined && { checkpoint: found.id, made: found.time }),
      ...(next !== undefined && { next }),
      ...(reason !== undefined && { reason }),
    });
  }

  /** Throws why there can be no checkpoint now. */
  async #assertKeepable(index: number, machine: Machine): Promise<Parts> {
    const { build, data } = this.#run;
    const start = this.#start;
    if (start === undefined || machine.checkpoints === undefined) {
      throw new Failure({
        summary: `the builder ${build.builder.type} makes none of this machine`,
      });
    }
    const other = Object.keys(start.data).find((name) => !isEqual(start.data[name], data[name]));
    if (other !== undefined) {
      throw new Failure({ summary: `build.${other} is not what the builder foresaw` });
    }
    const planned = build.provisioners[index] as PlannedProvisioner;
    const now = await dependenceOf(planned, this.#run, start.data, this.#store);
    if ('unkept' in now) throw new Failure({ summary: now.unkept });
    const previous = index === 0 ? start.key : this.#keys[index - 1];
    if (previous === undefined || this.#keyAfter(previous, now.parts) !== this.#keys[index]) {
      throw new Failure({ summary: 'what it depends on changed while the build ran' });
    }
    return now.parts;
  }

  async #take(index: number, parts: Parts, checkpoints: Checkpoints): Promise<void> {
    const { build, shared, cleanups, signal } = this.#run;
    const { type } = build.builder;
    const { component } = await shared.options.registry.load('builders', type);
    const id = randomUUID();
    const traces = checkpoints.traces(id);
    const label = `unfinished checkpoint ${id}`;
    const entry = shared.journal.announce(
      { kind: 'checkpoint', label, traces },
      { kind: 'builders', type },
      build.name,
    );
    const remove = async (later: AbortSignal): Promise<void> =>
      component.remains?.['checkpoint']?.remove(traces, { signal: later, ui: this.#run.ui });
    const cleanup = cleanups.add(`remove the ${label}`, remove, { always: true, entry });
    try {
      const isLast = index === build.provisioners.length - 1;
      const taken = await checkpoints.take(id, signal, isLast);
      this.#store.add(this.#checkpoint(index, id, parts, taken));
      cleanup.dismiss();
    } catch (error) {
      await cleanup.now();
      throw error;
    }
    this.#emit('made', index);
  }

  #checkpoint(index: number, id: string, parts: Parts, { traces, bytes }: TakenCheckpoint) {
    const { name, provisioners, builder } = this.#run.build;
    const { key: begin, parts: start } = this.#start as StartedAt;
    return {
      id,
      key: this.#keys[index] as string,
      previous: index === 0 ? begin : (this.#keys[index - 1] as string),
      parts,
      start,
      done: index + 1,
      total: provisioners.length,
      provisioner: provisioners[index]?.type ?? '',
      build: name,
      templateFolder: this.#templateFolder,
      builder: { type: builder.type, plugin: builder.plugin },
      time: new Date().toISOString(),
      bytes,
      traces,
    };
  }

  #emit(state: 'made' | 'not-made', index: number, reason?: string): void {
    const { name: build, provisioners } = this.#run.build;
    const provisioner = provisioners[index]?.type ?? '';
    this.#run.shared.events.emit({
      type: 'checkpoint',
      build,
      state,
      done: index + 1,
      total: provisioners.length,
      provisioner,
      ...(reason !== undefined && { reason }),
    });
  }
}

interface StartedAt {
  readonly data: MachineStart['data'];
  readonly parts: Parts;
  readonly key: string;
}

/** What a provisioner depends on, as far as that is known before there is a machine. */
async function dependenceOf(
  planned: PlannedProvisioner,
  run: BuildRun,
  data: MachineStart['data'],
  { hash }: CheckpointStore,
): Promise<Dependence> {
  const foreseen = await foreseenComponent('provisioners', planned, run, data);
  if ('dependsOn' in foreseen) {
    const { dependsOn } = foreseen;
    return { unkept: `it uses ${dependsOn.join(', ')}, which may be another one in every build` };
  }
  const { component, config } = foreseen;
  if (component.inputs === undefined) return { unkept: 'it does not say what it reads' };
  const { files = [], unkept } = component.inputs(config);
  if (unkept !== undefined) return { unkept };
  const contents: Record<string, string> = {};
  for (const path of files) {
    if (!path) continue;
    try {
      contents[`file "${run.shared.events.hide(path)}"`] = await contentDigest(path, hash);
    } catch (error) {
      return { unkept: `"${path}" cannot be read: ${systemReason(error)}` };
    }
  }
  const { type, plugin } = planned;
  const version = { [`plugin ${plugin.name}`]: hash.of(type, plugin) };
  return { parts: { ...version, ...partsOf('option', config, hash), ...contents } };
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
