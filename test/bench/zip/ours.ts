import { openZip } from '../../../shared/zip/archive.ts';
import { readMember } from '../../../shared/zip/member.ts';
import { drain, type Library } from './counted-file.ts';

export const library: Library = {
  async list(file) {
    const archive = await openZip(file);
    let count = 0;
    for await (const _entry of archive.entries()) count += 1;
    return count;
  },
  async read(file, names) {
    let bytes = 0;
    for await (const entry of (await openZip(file)).entries())
      if (entry.type === 'member' && names.has(entry.member.name))
        bytes += await drain(readMember(file, entry.member));
    return bytes;
  },
};
