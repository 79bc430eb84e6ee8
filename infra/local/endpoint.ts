import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/**
 * Where the stack at work on a state folder answers: the folder has one user, and other commands ask that one. A killed process
 * leaves the file, so it says something only while the folder's lock is held; whoever takes the lock removes it first.
 */
const fileOf = (stateDir: string): string => join(stateDir, 'endpoint');

const endpoint = z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ });

export async function announceEndpoint(stateDir: string, url: string): Promise<void> {
  await writeFile(fileOf(stateDir), url);
}

export async function withdrawEndpoint(stateDir: string): Promise<void> {
  await rm(fileOf(stateDir), { force: true });
}

/** Undefined when there is none, or one that is still being written. */
export async function readEndpoint(stateDir: string): Promise<string | undefined> {
  const text = await readFile(fileOf(stateDir), 'utf8').catch(() => undefined);
  return endpoint.safeParse(text).data;
}
