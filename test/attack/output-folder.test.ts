/** What may lie in the results' folder, and what the system may say of it. */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OutputFolder } from '../../infra/cli/output-folder.ts';
import { asFileError } from '../../shared/command/file-error.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'smallbatch-attack-'));
  await mkdir(join(root, 'out'));
  await mkdir(join(root, 'elsewhere'));
  await writeFile(join(root, 'elsewhere', 'kept.md'), 'kept');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const body = async function* (): AsyncGenerator<string> {
  yield 'new';
};

test('a link in the place of a folder is not followed, neither to write nor to remove', async () => {
  await symlink(join(root, 'elsewhere'), join(root, 'out', 'content'));
  const folder = new OutputFolder(join(root, 'out'));

  await expect(folder.write(['content', 'kept.md'], body())).rejects.toMatchObject({
    code: 'FILE_FAILED',
    message: expect.stringContaining('found a symbolic link, which is not followed'),
  });
  await expect(folder.remove(['content', 'kept.md'])).rejects.toMatchObject({ code: 'FILE_FAILED' });
  expect(await readFile(join(root, 'elsewhere', 'kept.md'), 'utf8')).toBe('kept');
});

test('a link in the place of a file is replaced, and what it leads to stays', async () => {
  await symlink(join(root, 'elsewhere', 'kept.md'), join(root, 'out', 'a.md'));
  await symlink(join(root, 'elsewhere', 'none.md'), join(root, 'out', 'b.md'));
  const folder = new OutputFolder(join(root, 'out'));

  expect(await folder.sizeOf(['a.md'])).toBeUndefined();
  await folder.write(['a.md'], body());
  await folder.write(['b.md'], body());

  expect(await readFile(join(root, 'out', 'a.md'), 'utf8')).toBe('new');
  expect(await readdir(join(root, 'elsewhere'))).toEqual(['kept.md']);
  expect(await readFile(join(root, 'elsewhere', 'kept.md'), 'utf8')).toBe('kept');
});

test('a file that could not be written whole leaves the old one, and nothing half done', async () => {
  const folder = new OutputFolder(join(root, 'out'));
  await folder.write(['a.md'], body());

  const cut = (async function* () {
    yield 'half';
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  })();

  await expect(folder.write(['a.md'], cut)).rejects.toMatchObject({
    code: 'FILE_FAILED',
    message: `${join(root, 'out', 'a.md')}: the disk is full; free some space, and repeat the command: it goes on from here (ENOSPC)`,
  });
  expect(await readdir(join(root, 'out'))).toEqual(['a.md']);
  expect(await readFile(join(root, 'out', 'a.md'), 'utf8')).toBe('new');
});

test('a file in the place of a folder is one sentence', async () => {
  await writeFile(join(root, 'out', 'content'), '');

  await expect(new OutputFolder(join(root, 'out')).write(['content', 'a.md'], body())).rejects.toMatchObject({
    code: 'FILE_FAILED',
    message: expect.stringMatching(/content: expected a folder, found something else/),
  });
});

test.each(['ENOSPC', 'EROFS', 'EACCES', 'EMFILE', 'ENAMETOOLONG', 'ELOOP', 'EDQUOT'])(
  '%s is one sentence',
  (code) => {
    const error = Object.assign(new Error(`${code}: …`), { code, path: '/some/place' });

    expect(asFileError(error)).toMatchObject({
      code: 'FILE_FAILED',
      message: expect.stringMatching(new RegExp(`^/some/place: [a-z].*; .*\\(${code}\\)$`)),
    });
  },
);
