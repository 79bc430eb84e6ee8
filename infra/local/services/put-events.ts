import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { jsonText } from '../../../shared/json/json-text.ts';
import { toIssues } from '../../../shared/safe-text/issues.ts';
import { type Backend, readBody, respond, targetOf } from '../gateway.ts';
import type { EventBus } from './events.ts';

/** EventBridge's own limit for one call. */
const ENTRIES_MAX = 10;

const input = jsonText.pipe(z.object({ Entries: z.array(z.unknown()).min(1).max(ENTRIES_MAX) }));
const named = z.object({ Source: z.string().min(1), DetailType: z.string().min(1), Detail: z.string() });
const detail = jsonText.pipe(z.record(z.string(), z.unknown()));

type Answer =
  | { readonly EventId: string }
  | { readonly ErrorCode: 'InvalidArgument' | 'MalformedDetail'; readonly ErrorMessage: string };

/** EventBridge's PutEvents: a request that is none is refused, an entry that is wrong fails alone. */
export function toPutEvents(bus: EventBus, duplicates: boolean): Backend {
  return {
    operation: targetOf,
    async handle(request, response) {
      const { data, error } = input.safeParse(await readBody(request));
      if (error) return respond(response, 400, { __type: 'ValidationException', message: toIssues(error) });
      const answers: Answer[] = [];
      for (const entry of data.Entries) answers.push(await publish(entry, bus, duplicates ? 2 : 1));
      const failed = answers.filter((answer) => 'ErrorCode' in answer).length;
      respond(response, 200, { FailedEntryCount: failed, Entries: answers });
    },
  };
}

async function publish(entry: unknown, bus: EventBus, times: number): Promise<Answer> {
  const names = named.safeParse(entry);
  if (!names.success) return { ErrorCode: 'InvalidArgument', ErrorMessage: toIssues(names.error) };
  const { Source: source, DetailType, Detail } = names.data;
  const given = detail.safeParse(Detail);
  if (!given.success) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const id = randomUUID();
  for (let time = 0; time < times; time++)
    await bus.publish({ id, source, 'detail-type': DetailType, detail: given.data });
  return { EventId: id };
}
