import type { FinishContext } from '../../kind.ts';
import { encodeText } from '../../text/encode.ts';
import { fileLineJsonSchema, fileLines } from './files-list.ts';
import type { CanvasOptions } from './schema.ts';

/** Writes the list of the course's files for a loader, one line at a time, and the schema of its lines. */
export async function finishCourse({ results, put }: FinishContext<CanvasOptions>): Promise<void> {
  const schema = `${JSON.stringify(fileLineJsonSchema(), null, 2)}\n`;
  await put('files.schema.json', schema, 'application/schema+json');
  await put('files.jsonl', encodeText(fileLines(results())), 'application/x-ndjson');
}
