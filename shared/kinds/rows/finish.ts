import * as z from 'zod';
import type { FinishContext, ItemResult } from '../../kind.ts';
import type { RowsOptions } from './schema.ts';

/** Below a folder of its own, which a table of Athena can be laid over. */
const RESULTS = 'results/rows.jsonl';
const SUMMARY = 'summary.json';

const detail = z.object({
  n: z.number(),
  line: z.number().optional(),
  attempts: z.number().optional(),
  again: z.boolean().optional(),
  value: z.string().optional(),
});

/** Writes the results as JSON lines, one a row, and what they amount to. */
export async function finish(context: FinishContext<RowsOptions>): Promise<void> {
  const summary = new Summary();
  await context.put(RESULTS, toLines(context, summary), 'application/x-ndjson');
  await context.put(
    SUMMARY,
    `${JSON.stringify(summary.toJson(context.options), null, 2)}\n`,
    'application/json',
  );
}

/** Lines of some KB, since a stream of single ones costs more than they do. */
const BATCH_CHARS = 256 * 1024;

async function* toLines(context: FinishContext<RowsOptions>, summary: Summary): AsyncGenerator<Uint8Array> {
  let batch = '';
  for await (const result of context.results()) {
    summary.see(result);
    batch += toLine(result);
    if (batch.length < BATCH_CHARS) continue;
    yield Buffer.from(batch);
    batch = '';
  }
  yield Buffer.from(batch);
}

/** `{"row", "line", "status", "result" | "error", …}`; the result is the JSON that the function gave, as it gave it. */
function toLine({ status, failure, detail: facts }: ItemResult): string {
  const { n, line, attempts, again, value } = detail.parse(facts);
  const head = JSON.stringify({
    row: n,
    line,
    status: toStatus(status, failure),
    error: failure,
    attempts,
    again,
  });
  return value === undefined ? `${head}\n` : `${head.slice(0, -1)},"result":${value}}\n`;
}

function toStatus(status: ItemResult['status'], failure: ItemResult['failure']): string {
  if (failure?.code === 'NOT_RUN') return 'notRun';
  return status === 'failed' ? 'failed' : 'ok';
}

class Summary {
  readonly #rows = { ok: 0, unchanged: 0, failed: 0, notRun: 0 };
  readonly #failures = new Map<string, number>();
  #again = 0;

  see({ status, failure, detail: facts }: ItemResult): void {
    if (failure?.code === 'NOT_RUN') this.#rows.notRun++;
    else this.#rows[status]++;
    if (failure) this.#failures.set(failure.code, (this.#failures.get(failure.code) ?? 0) + 1);
    if (status !== 'unchanged' && facts?.again === true) this.#again++;
  }

  toJson({ function: name }: RowsOptions): object {
    return {
      function: name,
      rows: this.#rows,
      failures: Object.fromEntries(this.#failures),
      /** Rows whose call may have been made before, by a delivery that was cut off. */
      again: this.#again,
    };
  }
}
