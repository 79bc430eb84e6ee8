import { join } from 'node:path';
import type { ProcessContext } from '../../kind.ts';
import { type ScratchFile, scratchFile } from '../../scratch-file.ts';
import type { ZipMember } from '../../zip/archive.ts';
import { readMember } from '../../zip/member.ts';

/** Half of the function's ephemeral storage (512 MB): the other half takes the file that is being written. */
const MAX_FILE_BYTES = 224 * 1024 * 1024;

/** The member as a file in the scratch folder; not read again if it is there and its SHA-256 is known. */
export async function memberFile(
  member: ZipMember,
  context: ProcessContext<unknown>,
  sha256?: string,
): Promise<ScratchFile> {
  const { name, bytes } = member;
  const folder = {
    path: join(context.scratch, 'canvas'),
    maxBytes: MAX_FILE_BYTES,
    signal: context.signal,
  };
  return await scratchFile({ name, bytes, sha256, read: () => readMember(context.source, member) }, folder);
}
