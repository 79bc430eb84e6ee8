import { afterEach, expect, test, vi } from 'vitest';
import { copyAll } from '../../../shared/finish/copy-all.ts';

const copies = Array.from({ length: 100 }, (_, n) => ({ from: `from/${n}`, to: `to/${n}` }));
const done: string[] = [];
afterEach(() => void done.splice(0));

/** Copies note themselves; those in `failing` are refused. */
const copier =
  (failing: readonly string[] = []) =>
  async (_: string, to: string): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (failing.includes(to)) throw new Error(`refused ${to}`);
    done.push(to);
  };
const lease = { check: () => undefined };

test('all copies are made, from a number on', async () => {
  const made = await copyAll(copies, { from: 90, lease, outOfTime: () => false }, copier());

  expect(made).toBe(100);
  expect(done.toSorted()).toEqual(
    copies
      .slice(90)
      .map(({ to }) => to)
      .toSorted(),
  );
});

test('near the end of the time no further one is begun, and all before the number are made', async () => {
  const made = await copyAll(copies, { from: 0, lease, outOfTime: () => done.length >= 10 }, copier());

  expect(made).toBeLessThan(100);
  expect(done.toSorted()).toEqual(
    copies
      .slice(0, made)
      .map(({ to }) => to)
      .toSorted(),
  );
});

test('one that fails ends the others, and its error is thrown', async () => {
  const work = { from: 0, lease, outOfTime: () => false };

  await expect(copyAll(copies, work, copier(['to/3']))).rejects.toThrow('refused to/3');
  const soonAfter = done.length;
  await new Promise((resolve) => setTimeout(resolve, 20));

  expect(done.length).toBe(soonAfter);
  expect(soonAfter).toBeLessThan(100);
});

test('nothing is copied after the lease is lost', async () => {
  const check = vi.fn().mockImplementation(() => {
    if (done.length >= 5) throw new Error('lost');
  });

  await expect(
    copyAll(copies, { from: 0, lease: { check }, outOfTime: () => false }, copier()),
  ).rejects.toThrow('lost');
  expect(done.length).toBeLessThan(60);
});
