import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** How one run of `srag` ended. */
export class CliRun {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;

  constructor(exitCode: number | null, { stdout, stderr }: { stdout: string; stderr: string }) {
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** Stdout as its one JSON document; throws where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of every command.
  get json(): any {
    return JSON.parse(this.stdout);
  }
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Whose process it is; root alone may choose. */
  readonly uid?: number;
}

/** A run under way. */
export interface StartedCli {
  readonly child: ChildProcess;
  readonly ended: Promise<CliRun>;
}

/** A folder with a project of its own, in which `srag` runs as a process. */
export class CliProject {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** A new project; the caller removes it. */
  static async open(): Promise<CliProject> {
    const project = new CliProject(await mkdtemp(join(tmpdir(), 'srag-cli-')));
    // It marks the project's root, so that nothing above the temporary folder does.
    await project.write('package.json', '{"name": "project-under-test", "type": "module"}');
    return project;
  }

  /** Writes a file of the project, with the folders above it. */
  async write(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), content);
  }

  /** Runs `srag` with these words to its end. */
  run(words: readonly string[], options: CliOptions = {}): Promise<CliRun> {
    return this.start(words, options).ended;
  }

  /** As {@link run} with `--json`, which must end with exit code 0; gives the document. */
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

/** The environment without what would configure srag, AWS or colours. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter(
    (name) => !/^(SRAG_|AWS_|NO_COLOR$|FORCE_COLOR$|NODE_OPTIONS$|VITEST)/.test(name),
  );
  return {
    ...Object.fromEntries(names.map((name) => [name, process.env[name]])),
    // Start-up is most of a short run, and compiling is most of start-up.
    NODE_COMPILE_CACHE: join(tmpdir(), 'srag-test-compile-cache'),
  };
}
