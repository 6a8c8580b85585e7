import { basename, resolve } from 'node:path';
import type { Listener } from '@bake/core';
import { logDestination } from '../log/log-destination.ts';
import { logListener } from '../log/log-listener.ts';
import type { ReportFile } from '../report/report-file.ts';
import type { Terminal } from '../terminal.ts';
import { bothViews, type DiagnosticsView, diagnosticsView } from './diagnostics.ts';
import { GithubAnnotations, isOnGithub } from './github-annotations.ts';
import type { LiveScreen } from './live-screen.ts';
import type { LogFolder } from './log-folder.ts';
import { runView } from './run-view.ts';
import { machineScreen, plainScreen } from './screen.ts';
import { chooseTheme, type Theme } from './theme.ts';

/** What `bake build` shows, from reading the template to the last line. */
export interface BuildView {
  readonly diagnostics: DiagnosticsView;
  readonly listener: Listener;
  /** Says the last words, and gives the exit code back. */
  end(exitCode: number): number;
}

/** What the flags of `build` say about the view. */
export interface ViewFlags {
  readonly color: boolean | undefined;
  readonly json: boolean | undefined;
  readonly live: boolean | undefined;
  readonly 'log-dir': string | undefined;
  readonly report: string | undefined;
  readonly timing: boolean | undefined;
  readonly 'timestamp-ui': boolean | undefined;
}

/** The view that was asked for of the template at a path, and the logs; the code of others is not loaded. */
export async function chooseBuildView(
  given: ViewFlags,
  template: string,
  terminal: Terminal,
): Promise<BuildView> {
  const path = given['log-dir'];
  const folder = path === undefined ? undefined : await logFolder(path);
  const title =
    template === '-' ? 'standard input' : basename(resolve(terminal.workingDir, template));
  const report = given.report === undefined ? undefined : await reportFile(given.report, title);
  const view = given.json === true ? await jsonView(terminal) : await textView(given, terminal);
  const log = logListener((line) => terminal.log('INFO', line));
  const logged = { ...view, listener: toAll([log, view.listener]) };
  const kept = folder === undefined ? logged : withCopy(logged, folder);
  return report === undefined ? kept : withReport(kept, report);
}

async function jsonView(terminal: Terminal): Promise<BuildView> {
  const { JsonView } = await import('./json-view.ts');
  const view = new JsonView(terminal, 'build');
  return { diagnostics: view, listener: view.listener, end: (code) => view.end(code) };
}

async function textView(given: ViewFlags, terminal: Terminal): Promise<BuildView> {
  const theme = await chooseTheme(given.color, terminal);
  const isLive = given.live ?? isLiveable(terminal);
  const live = isLive && terminal.isTty ? await liveScreen(terminal, theme) : undefined;
  const screen = live ?? (terminal.isMachineReadable ? machineScreen : plainScreen)(terminal);
  const options = { timestamps: given['timestamp-ui'] === true };
  const listeners = [
    ...(live === undefined ? [] : [live.listener]),
    runView(screen, theme, options),
    ...((given.timing ?? terminal.isTty)
      ? [(await import('./timing-table.ts')).timingTable(screen)]
      : []),
  ];
  const view = {
    diagnostics: diagnosticsView(terminal, theme),
    listener: toAll(listeners),
    end: (code: number) => code,
  };
  return isOnGithub(terminal) ? onGithub(view, terminal) : view;
}

/** Rows that move are for a person at a terminal that can do it, and that no log is written to beside them. */
function isLiveable({ isTty, environment }: Terminal): boolean {
  const isLogged = logDestination(environment) === 'stderr';
  return isTty && environment['TERM'] !== 'dumb' && !environment['CI'] && !isLogged;
}

async function liveScreen(terminal: Terminal, theme: Theme): Promise<LiveScreen> {
  const { LiveScreen } = await import('./live-screen.ts');
  return new LiveScreen(terminal, plainScreen(terminal), theme);
}

async function onGithub(view: BuildView, terminal: Terminal): Promise<BuildView> {
  const { githubGroups } = await import('./github-groups.ts');
  const annotations = new GithubAnnotations(terminal);
  const grouped = toAll([view.listener, annotations.listener]);
  return {
    ...view,
    diagnostics: annotations.beside(view.diagnostics),
    listener: githubGroups((line) => terminal.write(`${line}\n`), grouped),
  };
}

async function logFolder(path: string): Promise<LogFolder> {
  return new (await import('./log-folder.ts')).LogFolder(path);
}

async function reportFile(path: string, title: string): Promise<ReportFile> {
  return new (await import('../report/report-file.ts')).ReportFile(path, title);
}

function withCopy(view: BuildView, copy: Pick<BuildView, 'listener' | 'diagnostics'>): BuildView {
  return {
    ...view,
    listener: toAll([copy.listener, view.listener]),
    diagnostics: bothViews(copy.diagnostics, view.diagnostics),
  };
}

function withReport(view: BuildView, report: ReportFile): BuildView {
  return {
    ...withCopy(view, report),
    end(exitCode) {
      const problem = report.write(exitCode);
      if (problem === undefined) return view.end(exitCode);
      view.diagnostics.say('error', problem);
      return view.end(exitCode || 1);
    },
  };
}

function toAll(listeners: readonly Listener[]): Listener {
  return (event) => {
    for (const listener of listeners) listener(event);
  };
}
