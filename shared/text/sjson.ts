import * as z from 'zod';
import { SmallbatchError } from '../errors.ts';
import { toIssues } from '../safe-text/issues.ts';

/** Open edX' transcripts: three lists of one length, of which only the words matter here. */
const transcriptSchema = z.object({ text: z.array(z.string().nullable()) });

/** The spoken text of an .sjson transcript, one line per caption. Throws TEXT_INVALID where it is none. */
export function sjsonText(json: string): string {
  const transcript = parsed(json);
  const lines = transcript.text.map((line) => (line ?? '').replace(/\s+/g, ' ').trim());
  return lines
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('');
}

function parsed(json: string): z.infer<typeof transcriptSchema> {
  try {
    return transcriptSchema.parse(JSON.parse(json));
  } catch (error) {
    const reason = error instanceof z.ZodError ? toIssues(error) : String(error);
    throw new SmallbatchError('TEXT_INVALID', `no transcript: ${reason}`, { cause: error });
  }
}
