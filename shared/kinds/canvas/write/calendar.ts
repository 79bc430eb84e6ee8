import type { ProcessContext } from '../../../kind.ts';
import { type Block, heading } from '../../../markdown/block.ts';
import type { XmlRecord } from '../../../xml/records.ts';
import { toIsoDate } from '../course/date-lock.ts';
import { toDisplayDate } from '../course/time-zone.ts';
import type { MemberData } from '../schema.ts';
import { detailBlocks } from './details.ts';
import { type Resolve, resolverOf, textBlocks, titleBlock } from './item-text.ts';
import { memberRecords } from './whole.ts';

/** The course's events, by their date (canvas-lms lib/cc/events.rb). */
export async function calendarBlocks(
  { member, listing, links, timeZone = 'UTC' }: MemberData,
  context: ProcessContext<unknown>,
): Promise<Block[]> {
  const events = [...(await memberRecords(member, ['event'], context))];
  events.sort((a, b) => startOf(a).localeCompare(startOf(b), 'en'));
  const resolve = resolverOf(links);
  return [titleBlock(listing), ...events.flatMap((event) => eventBlocks(event, timeZone, resolve))];
}

function startOf({ fields }: XmlRecord): string {
  return fields.get('start_at') || fields.get('all_day_date') || '';
}

function eventBlocks({ fields }: XmlRecord, timeZone: string, resolve: Resolve): Block[] {
  const shown = (name: string): string | undefined => {
    const iso = toIsoDate(fields.get(name) || undefined);
    return iso && toDisplayDate(iso, timeZone);
  };
  const isAllDay = fields.get('all_day') === 'true';
  const [starts, ends] = [shown('start_at'), shown('end_at')];
  const time = isAllDay ? (fields.get('all_day_date') ?? starts) : starts;
  return [
    heading(2, fields.get('title') || 'Event'),
    ...detailBlocks([
      ['When', time],
      ['Until', isAllDay || ends === starts ? undefined : ends],
      ['Where', fields.get('location_name') || undefined],
    ]),
    ...textBlocks(fields.get('description') ?? '', true, resolve),
  ];
}
