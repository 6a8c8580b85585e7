import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CheckMemory,
  checkTemplate,
  createRegistry,
  findPlugins,
  type LoadedTemplate,
  load,
  type OpenFiles,
  type PlanOptions,
  type PluginPlaces,
  pluginProject,
  type Registry,
  type RootValues,
  readVariables,
} from '@bake/core';
import {
  type ComponentReference,
  describeComponent,
  type ReferenceKind,
} from '@bake/core/reference';
import type { Diagnostic } from '@bake/hcl';
import { isFailure } from '@bake/plugin-sdk';
import { parsedSource } from './text/config-file.ts';

/** Where plugins are looked for, and what functions see of the environment. */
export interface FolderSettings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  placesOf(templateFolder: string): PluginPlaces;
}

/** A folder whose files make up a template, as the editor has them. */
export class TemplateFolder {
  readonly path: string;
  readonly #open: OpenFiles;
  readonly #settings: FolderSettings;
  #loaded: LoadedTemplate | undefined;
  #registry: Registry | undefined;
  #memory = new CheckMemory();
  #descriptions = new Map<string, Promise<ComponentReference | undefined>>();
  /** Of variables, locals and data sources, when they were last checked. */
  values: RootValues | undefined;

  constructor(path: string, open: OpenFiles, settings: FolderSettings) {
    this.path = path;
    this.#open = open;
    this.#settings = settings;
  }

  /** The template as far as it can be read. */
  get loaded(): LoadedTemplate {
    this.#loaded ??= load(this.path, this.#open);
    return this.#loaded;
  }

  get registry(): Registry {
    this.#registry ??= createRegistry(
      findPlugins(this.#settings.placesOf(this.path)),
      pluginProject(this.path),
    );
    return this.#registry;
  }

  /** A text was edited. */
  edited(): void {
    this.#loaded = undefined;
  }

  /** Something outside the texts may have changed: files that options name, plugins. */
  forget(): void {
    this.#loaded = undefined;
    this.#registry = undefined;
    this.#memory = new CheckMemory();
    this.#descriptions = new Map();
  }

  /** Everything there is to say of the template and its variable files. */
  async check(): Promise<readonly Diagnostic[]> {
    const { value: template, diagnostics } = this.loaded;
    if (template.files.length === 0) return this.#checkSyntax();
    const checked = await checkTemplate(template, this.#options([]), this.#memory);
    this.values = checked.values;
    return [...diagnostics, ...checked.diagnostics, ...this.#checkVariableFiles()];
  }

  /** Paths of all variable files, with those that are only open. */
  get variableFiles(): readonly string[] {
    const opened = [...this.#open.paths].filter((path) => join(path, '..') === this.path);
    const files = [...namesIn(this.path).map((name) => join(this.path, name)), ...opened];
    return [...new Set(files)].filter((path) => /\.pkrvars\.(?:hcl|json)$/.test(path)).sort();
  }

  /** What a component's schema says; `undefined` when it cannot be had. */
  describe(kind: ReferenceKind, name: string): Promise<ComponentReference | undefined> {
    const key = `${kind} ${name}`;
    const known = this.#descriptions.get(key) ?? this.#describe(kind, name);
    this.#descriptions.set(key, known);
    return known;
  }

  async #describe(kind: ReferenceKind, name: string): Promise<ComponentReference | undefined> {
    if (!this.registry.has(kind, name)) return undefined;
    try {
      return await describeComponent(this.registry, kind, name);
    } catch (error) {
      if (isFailure(error)) return undefined;
      throw error;
    }
  }

  /** Variable files of a template that is elsewhere: what it declares is not known here. */
  #checkSyntax(): readonly Diagnostic[] {
    return this.variableFiles.flatMap((path) => {
      const source = this.#open.sourceOf(path);
      return source === undefined ? [] : parsedSource(source).diagnostics;
    });
  }

  /** A variable file that is not always used is held against the declarations alone: nobody says that it counts. */
  #checkVariableFiles(): readonly Diagnostic[] {
    const template = this.loaded.value;
    return [...this.#open.paths]
      .filter((path) => /(?<!\.auto)\.pkrvars\.(?:hcl|json)$/.test(path))
      .filter((path) => join(path, '..') === this.path)
      .flatMap((path) =>
        readVariables(template, this.#options([path])).diagnostics.filter(
          ({ subject }) => subject?.source.name === path,
        ),
      );
  }

  #options(files: readonly string[]): Omit<PlanOptions, 'only' | 'except'> {
    const { environment } = this.#settings;
    return {
      registry: this.registry,
      variables: { environment, files, assignments: [], warnUndeclared: true, open: this.#open },
      workingDir: process.cwd(),
      startTime: new Date(),
      readData: false,
      sequential: false,
      signal: new AbortController().signal,
      log: { say() {}, error() {}, output() {}, progress() {} },
    };
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
