import * as z from 'zod';
import type { XmlRecord } from '../../../xml/records.ts';

const ratingSchema = z.object({ points: z.string(), title: z.string(), text: z.string() });

/** How an assignment is marked: a row for each criterion. Travels with the assignment. */
export const rubricSchema = z.object({
  title: z.string(),
  points: z.string(),
  criteria: z.array(
    z.object({ points: z.string(), title: z.string(), text: z.string(), ratings: z.array(ratingSchema) }),
  ),
});

export type Rubric = z.infer<typeof rubricSchema>;

/** The elements of rubrics.xml that are read as records. */
export const rubricRecordNames: readonly string[] = ['rubric', 'criterion', 'rating'];

/** From rubrics.xml (canvas-lms lib/cc/rubrics.rb), by identifier. */
export function toRubrics(records: readonly XmlRecord[]): Map<string, Rubric> {
  const rubrics = new Map<string, Rubric>();
  const byRecord = new Map<
    XmlRecord,
    { criteria?: Rubric['criteria']; ratings?: Rubric['criteria'][0]['ratings'] }
  >();
  for (const record of records) {
    const { name, within, attributes } = record;
    const parent = within && byRecord.get(within);
    if (name === 'rubric') {
      const rubric = { ...titled(record), criteria: [] };
      rubrics.set(attributes.get('identifier') ?? '', rubric);
      byRecord.set(record, rubric);
    } else if (name === 'criterion') {
      const criterion = { ...described(record), ratings: [] };
      parent?.criteria?.push(criterion);
      byRecord.set(record, criterion);
    } else parent?.ratings?.push(described(record));
  }
  return rubrics;
}

function titled({ fields }: XmlRecord): Pick<Rubric, 'title' | 'points'> {
  return { title: fields.get('title') ?? '', points: pointsOf(fields) };
}

function described({ fields }: XmlRecord): { title: string; text: string; points: string } {
  const text = fields.get('long_description') ?? '';
  return { title: fields.get('description') ?? '', text, points: pointsOf(fields) };
}

/** `25.0` is 25. */
function pointsOf(fields: ReadonlyMap<string, string>): string {
  const text = fields.get('points') ?? fields.get('points_possible') ?? '';
  const points = Number(text);
  return text === '' || Number.isNaN(points) ? text : String(points);
}
