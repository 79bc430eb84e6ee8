import * as z from 'zod';
import { readEnv } from '../aws/env.ts';
import { getObject, objectSource, putObject } from '../aws/store.ts';
import type { Journal, KindContext } from '../kind.ts';
import { journalKey } from '../run/keys.ts';
import type { SourceRef } from '../run/message.ts';

const hostsByKind = z.record(z.string(), z.array(z.string()));

/** What every step of a kind gets, from the run's source and the function's environment. */
export function toKindContext(kind: string, source: SourceRef, options: unknown): KindContext<unknown> {
  const hosts = hostsByKind.parse(JSON.parse(readEnv(['allowedHosts']).allowedHosts));
  return {
    source: objectSource(source),
    options,
    allowedHosts: hosts[kind] ?? [],
    // Loaded by the kinds that ask: the client costs memory in every function.
    secret: async (name) => await (await import('../aws/secrets.ts')).readSecret(kind, name),
  };
}

/** A kind's journal: objects of the results bucket that a lifecycle rule removes by age. */
export function toJournal(kind: string): Journal {
  return {
    async read(key) {
      const body = await getObject(readEnv(['results']).results, journalKey(kind, key));
      return body && Buffer.concat(await Array.fromAsync(body));
    },
    async write(key, body) {
      await putObject(readEnv(['results']).results, journalKey(kind, key), body, 'application/octet-stream');
    },
  };
}
