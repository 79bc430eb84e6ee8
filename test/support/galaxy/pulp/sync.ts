import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { PulpServer } from './server.ts';
import { sampleTree, type Usage } from './usage.ts';

const task = z.object({ state: z.string(), error: z.json().nullish() });
const repository = z.object({ pulp_href: z.string(), latest_version_href: z.string() });
const remote = z.object({ pulp_href: z.string() });
const version = z.object({
  content_summary: z.object({ present: z.record(z.string(), z.object({ count: z.number() })) }),
});
const collectionVersions = z.object({
  results: z.array(z.object({ namespace: z.string(), name: z.string(), version: z.string() })),
});
const docs = z.object({ docs_blob: z.json() });

export interface Synced {
  readonly state: string;
  readonly error: unknown;
  /** Contents of the repository by their type. */
  readonly contents: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly worker: Usage;
  readonly database: Usage;
}

/** A repository that is synced from a Galaxy, once more at each call of `sync`. */
export class PulpMirror {
  readonly #pulp: PulpServer;
  readonly #repository: string;
  readonly #name: string;

  private constructor(pulp: PulpServer, repository: string, name: string) {
    this.#pulp = pulp;
    this.#repository = repository;
    this.#name = name;
  }

  /** `url` is the Galaxy's, with a slash at its end. */
  static async open(pulp: PulpServer, name: string, url: string, requirements: string): Promise<PulpMirror> {
    const made = await call(pulp, 'POST', '/pulp/api/v3/remotes/ansible/collection/', remote, {
      name,
      url,
      requirements_file: requirements,
    });
    const { pulp_href } = await call(pulp, 'POST', '/pulp/api/v3/repositories/ansible/ansible/', repository, {
      name,
      remote: made.pulp_href,
    });
    const distribution = { name, base_path: name, repository: pulp_href };
    await call(
      pulp,
      'POST',
      '/pulp/api/v3/distributions/ansible/ansible/',
      z.object({ task: z.string() }),
      distribution,
    );
    return new PulpMirror(pulp, pulp_href, name);
  }

  async sync(): Promise<Synced> {
    await using worker = sampleTree(this.#pulp.workerPid);
    await using database = sampleTree(this.#pulp.databasePid);
    const started = performance.now();
    const begun = await call(this.#pulp, 'POST', `${this.#repository}sync/`, z.object({ task: z.string() }), {
      mirror: false,
      optimize: true,
    });
    const { state, error } = await this.#untilEnd(begun.task);
    const seconds = (performance.now() - started) / 1000;
    const { latest_version_href } = await call(this.#pulp, 'GET', this.#repository, repository);
    const { content_summary } = await call(this.#pulp, 'GET', latest_version_href, version);
    const contents = Object.fromEntries(
      Object.entries(content_summary.present).map(([type, { count }]) => [type, count]),
    );
    return { state, error, contents, seconds, worker: await worker.read(), database: await database.read() };
  }

  /** The collection versions of the repository, as `ns.name version`. */
  async versions(): Promise<readonly string[]> {
    const { latest_version_href } = await call(this.#pulp, 'GET', this.#repository, repository);
    const path = `/pulp/api/v3/content/ansible/collection_versions/?limit=1000&repository_version=${latest_version_href}`;
    const { results } = await call(this.#pulp, 'GET', path, collectionVersions);
    return results.map(({ namespace, name, version: of }) => `${namespace}.${name} ${of}`).sort();
  }

  /** The documentation of a version, as Pulp's own Galaxy gives it. */
  async docs(collection: string, of: string): Promise<unknown> {
    const content = `${this.#name}/api/v3/plugin/ansible/content/${this.#name}`;
    const path = `/pulp_ansible/galaxy/${content}/collections/index/${collection.replace('.', '/')}/versions/${of}/docs-blob/`;
    return (await call(this.#pulp, 'GET', path, docs)).docs_blob;
  }

  async #untilEnd(href: string) {
    for (;;) {
      const found = await call(this.#pulp, 'GET', href, task);
      if (['completed', 'failed', 'canceled'].includes(found.state)) return found;
      await sleep(300);
    }
  }
}

async function call<T>(
  { url, authorization }: PulpServer,
  method: string,
  path: string,
  schema: z.ZodType<T>,
  body?: object,
) {
  const headers = { authorization, 'content-type': 'application/json' };
  const reply = await fetch(`${url}${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await reply.text();
  if (!reply.ok)
    throw new Error(`${method} ${path}: expected 2xx, found ${reply.status}: ${text.slice(0, 500)}`);
  return schema.parse(JSON.parse(text));
}
