import { readEnv } from '../aws/env.ts';
import { getObject, objectSource, putObject } from '../aws/store.ts';

/** What the steps of one publication leave for each other, by name. */
export interface Workspace {
  /** What is in it ends with the invocation. */
  readonly isInMemory: boolean;
  write(name: string, text: string): Promise<void>;
  /** @throws Error when it was not written */
  read(name: string): Promise<string>;
  /** Some bytes of it. */
  readRange(name: string, start: number, end: number): Promise<string>;
}

/** For steps that all run in one function, one after the other. */
export function memoryWorkspace(): Workspace {
  const texts = new Map<string, Buffer>();
  const find = (name: string): Buffer => {
    const found = texts.get(name);
    if (found) return found;
    throw new Error(`expected ${name}, found none`);
  };
  return {
    isInMemory: true,
    write: async (name, text) => void texts.set(name, Buffer.from(text)),
    read: async (name) => find(name).toString(),
    readRange: async (name, start, end) => find(name).toString('utf8', start, end),
  };
}

/** In the run's own work, which expires. */
export function storedWorkspace(group: string): Workspace {
  const { results: bucket } = readEnv(['results']);
  const toKey = (name: string): string => `runs/${group}/publish/${name}`;
  return {
    isInMemory: false,
    write: async (name, text) => void (await putObject(bucket, toKey(name), text, 'application/x-ndjson')),
    async read(name) {
      const body = await getObject(bucket, toKey(name));
      if (!body) throw new Error(`expected ${toKey(name)}, found none`);
      return Buffer.concat(await Array.fromAsync(body)).toString();
    },
    async readRange(name, start, end) {
      const bytes = await objectSource({ bucket, key: toKey(name), size: end }).read(start, end);
      return Buffer.from(bytes).toString();
    },
  };
}
