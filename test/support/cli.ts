import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** The result of a run of `srag`. */
export class CliRun {
  /** Null if a signal ended the process. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;

  constructor(exitCode: number | null, { stdout, stderr }: { stdout: string; stderr: string }) {
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** Parses stdout as one JSON document; throws if it is not one. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of every command.
  get json(): any {
    return JSON.parse(this.stdout);
  }
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** User id of the process; only root may set it. */
  readonly uid?: number;
}

/** A run in progress. */
export interface StartedCli {
  readonly child: ChildProcess;
  readonly ended: Promise<CliRun>;
}

/** A folder with its own project, in which `srag` runs as a process. */
export class CliProject {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Creates a project, which the caller must remove. */
  static async open(): Promise<CliProject> {
    const project = new CliProject(await mkdtemp(join(tmpdir(), 'srag-cli-')));
    // Marks the project's root, so that the search does not continue above the temporary folder.
    await project.write('package.json', '{"name": "project-under-test", "type": "module"}');
    return project;
  }

  /** Writes a file of the project, and creates its parent folders. */
  async write(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), content);
  }

  /** Runs `srag` with these arguments until it exits. */
  run(words: readonly string[], options: CliOptions = {}): Promise<CliRun> {
    return this.start(words, options).ended;
  }

  /** Like {@link run} with `--json`, but throws unless the exit code is 0; returns the document. */
  async json(words: readonly string[], options: CliOptions = {}): Promise<CliRun['json']> {
    const run = await this.run([...words, '--json'], options);
    if (run.exitCode === 0) return run.json;
    throw new Error(`srag ${words.join(' ')} ended with ${run.exitCode}:\n${run.stdout}\n${run.stderr}`);
  }

  start(words: readonly string[], { env = {}, stdin = '', ...options }: CliOptions = {}): StartedCli {
    const child = spawn(process.execPath, ['--no-warnings', CLI, ...words], {
      cwd: this.folder,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...plainEnvironment(), ...env },
      ...options,
    });
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
    return { child, ended: endOf(child) };
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** A project that is removed after the test. */
export async function temporaryProject(): Promise<CliProject> {
  const project = await CliProject.open();
  onTestFinished(() => project.remove());
  return project;
}

async function endOf(child: ChildProcess): Promise<CliRun> {
  const pieces = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      pieces[name] += text;
    });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return new CliRun(exitCode, pieces);
}

/** The environment without variables that configure srag, AWS, Node.js, Vitest or colours. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter(
    (name) => !/^(SRAG_|AWS_|NO_COLOR$|FORCE_COLOR$|NODE_OPTIONS$|VITEST)/.test(name),
  );
  return {
    ...Object.fromEntries(names.map((name) => [name, process.env[name]])),
    // A compile cache shortens startup, which takes most of the time of a short run.
    NODE_COMPILE_CACHE: join(tmpdir(), 'srag-test-compile-cache'),
  };
}
