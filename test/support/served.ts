import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CliProject } from './cli.ts';
import { writeHandbook } from './handbook.ts';

/** A project served by its own process. */
export interface ServedProject {
  readonly url: string;
  readonly project: CliProject;
  /** The server's output so far. */
  readonly said: () => string;
  /** Whether the process is alive and answers a valid question with a citation. */
  answersWell(): Promise<boolean>;
  readonly pid: number;
  /** Stops the server, by default with the signal of Ctrl-C; returns the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  /** Stops the server with the signal of Ctrl-C, and removes the project. */
  close(): Promise<number | null>;
}

/** The handbook, ingested (collections `default` with hashed vectors, `words` without), indexed and served. */
export async function openServedProject(words: readonly string[]): Promise<ServedProject> {
  const project = await CliProject.open();
  await writeHandbook(project);
  const fields = ['--field', 'year:number', '--field', 'team:string'];
  await project.json(['ingest', 'docs', '--embedder', 'hashing', '--no-index', ...fields]);
  await project.json(['index', 'build', 'lancedb-flat']);
  await project.json(['index', 'build', 'snapshot']);
  await project.json(['ingest', 'docs', '--collection', 'words', '--no-index']);
  return serve(project, ['--allow-collection', 'words', ...words]);
}

/** Serves an existing project. */
export async function serve(
  project: CliProject,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ServedProject> {
  const { child, ended } = project.start(['serve', '--port', '0', ...words], { env });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr! }).on('line', (line) => {
      said += `${line}\n`;
      const found = /Listening on (http:\S+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    once(child, 'exit').then(() => reject(new Error(`srag serve ended:\n${said}`)), reject);
  });
  const end = async (signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> => {
    child.kill(signal);
    return (await ended).exitCode;
  };
  return {
    url,
    project,
    said: () => said,
    async answersWell() {
      const response = await fetch(`${url}/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ question: 'How many days of annual leave does every employee have?' }),
      });
      const reply = (await response.json()) as { answer?: string; citations?: unknown[] };
      return child.exitCode === null && response.status === 200 && /twenty-five/.test(reply.answer ?? '');
    },
    pid: child.pid!,
    end,
    async close() {
      const exitCode = await end();
      await project.remove();
      return exitCode;
    },
  };
}
