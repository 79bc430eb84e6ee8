import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { S3Event } from '../../../infra/local/s3/api.ts';

/** A folder for a store, and stores in processes of their own on it. */
export interface S3Folder {
  readonly state: string;
  start(): Promise<{ child: ChildProcess; port: number }>;
  blobFiles(): Promise<string[]>;
  /** The files of the store, and those that its index speaks of. Only while nobody has the folder open. */
  readBlobs(): Promise<{ files: string[]; owned: string[] }>;
  /** What all processes so far were told of, in order. */
  readEvents(): Promise<S3Event[]>;
  /** Kills what is left and removes the folder. */
  close(): Promise<void>;
}

export async function createS3Folder(): Promise<S3Folder> {
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-s3-'));
  const [state, eventsFile] = [join(folder, 'state'), join(folder, 'events')];
  const children: ChildProcess[] = [];

  async function blobFiles(): Promise<string[]> {
    const entries = await readdir(join(state, 'blobs'), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  }

  return {
    state,
    blobFiles,
    async start() {
      const script = join(import.meta.dirname, 's3-process.ts');
      const child = spawn(process.execPath, [script, state, eventsFile], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      const [line] = await once(child.stdout, 'data');
      return { child, port: Number(line) };
    },
    async readBlobs() {
      const index = new DatabaseSync(join(state, 'index.sqlite'));
      const rows = index.prepare('SELECT blob FROM segments UNION ALL SELECT blob FROM parts').all();
      index.close();
      return {
        files: (await blobFiles()).toSorted(),
        owned: rows.map(({ blob }) => String(blob)).toSorted(),
      };
    },
    async readEvents() {
      const lines = (await readFile(eventsFile, 'utf8')).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line));
    },
    async close() {
      for (const child of children) await kill(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** SIGKILL, and waits until it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
