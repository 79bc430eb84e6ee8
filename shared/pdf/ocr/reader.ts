/** Tesseract's thread: started for the first picture, kept for the next, ended when nobody uses it. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { findOcrFiles, OCR_WORKER } from './files.ts';
import type { GrayPicture, OcrReply } from './worker.ts';

type Recognised = Extract<OcrReply, { type: 'read' }>;

/** A thread that nobody uses gives its 60 MB back, also where `closeOcr` is forgotten. */
const IDLE_MS = 10_000;
/** A full page takes 2 to 5 s of a core, whichever way it lies; a function may have a third of one. */
const MAX_READ_MS = 120_000;
/** The model and the pictures are outside the heap; V8 would let it grow for nothing. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

let open: { readonly languages: string; readonly thread: Worker } | undefined;
let idle: NodeJS.Timeout | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * Reads one picture after the other; `picture.pixels` moves to the thread and can't be used afterwards.
 * @throws Error when a language has no data, or when tesseract failed or took too long
 */
export function readPicture(picture: GrayPicture, languages: readonly string[]): Promise<Recognised> {
  const result = last.then(() => readNow(picture, languages));
  last = result.catch(() => undefined);
  return result;
}

async function readNow(picture: GrayPicture, languages: readonly string[]): Promise<Recognised> {
  clearTimeout(idle);
  try {
    const thread = await openThread(languages);
    thread.ref();
    thread.postMessage(picture, [picture.pixels.buffer as ArrayBuffer]);
    const reply = await nextReply(thread);
    thread.unref();
    if (reply.type === 'read') return reply;
    throw new Error(`tesseract's thread: expected the lines of a picture, found "${reply.type}"`);
  } catch (error) {
    await closeOcr();
    throw error;
  } finally {
    if (open) idle = setTimeout(closeOcr, IDLE_MS).unref();
  }
}

async function openThread(languages: readonly string[]): Promise<Worker> {
  const key = languages.join('+');
  if (open?.languages === key) return open.thread;
  await closeOcr();
  const thread = new Worker(OCR_WORKER, {
    workerData: findOcrFiles(languages),
    resourceLimits: RESOURCE_LIMITS,
    // The program's own flags (`--input-type`, `--import` …) are not for this thread.
    execArgv: [],
  });
  open = { languages: key, thread };
  // Who waits for a reply is told by `nextReply`; an idle thread that fails is only replaced.
  thread.on('error', () => forget(thread)).on('exit', () => forget(thread));
  await nextReply(thread);
  return thread;
}

async function nextReply(thread: Worker): Promise<OcrReply> {
  const ended = new AbortController();
  const onExit = (): void => ended.abort(new Error("tesseract's thread ended"));
  const timer = setTimeout(
    () => ended.abort(new Error(`tesseract did not answer within ${MAX_READ_MS / 1000} s`)),
    MAX_READ_MS,
  );
  thread.once('exit', onExit);
  try {
    const [reply] = await once(thread, 'message', { signal: ended.signal });
    return reply;
  } catch (error) {
    throw ended.signal.aborted ? ended.signal.reason : error;
  } finally {
    clearTimeout(timer);
    thread.off('exit', onExit);
  }
}

function forget(thread: Worker): void {
  if (open?.thread === thread) open = undefined;
}

/** Ends the thread and gives its memory back; the next picture starts a new one. */
export async function closeOcr(): Promise<void> {
  clearTimeout(idle);
  const thread = open?.thread;
  open = undefined;
  await thread?.terminate();
}
