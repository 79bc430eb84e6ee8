import { SmallbatchError, toFailure } from '../../errors.ts';
import type { Item, Outcome, ProcessContext } from '../../kind.ts';
import { closeOcr } from '../../pdf/ocr.ts';
import { ZipError } from '../../zip/errors.ts';
import { asReported } from '../../zip-entries.ts';
import { convert } from './convert.ts';
import { formatOf } from './formats.ts';
import { excluded, factsOf, failed, unsupported } from './outcome.ts';
import { processPages } from './pdf.ts';
import type { AbsentData, CanvasData, CanvasOptions, CourseRecord, MemberData } from './schema.ts';

type Context = ProcessContext<CanvasOptions>;

/** Converts one file of the course, or some pages of a long PDF, or writes the course's own record. */
export async function processItem(item: Item<CanvasData>, context: Context): Promise<Outcome<CanvasData>> {
  const { data } = item;
  // OCR stays open from one scanned page to the next; any other item may need the memory that it holds
  if (data.type !== 'pages' || !data.hasScans) await closeOcr();
  switch (data.type) {
    case 'member':
      return await processMember(data, context);
    case 'pages':
      return await processPages(data, context);
    case 'absent':
      return reportAbsent(data, context.options);
    case 'course':
      return await putCourse(data.course, context);
    default:
      return data satisfies never;
  }
}

async function processMember(file: MemberData, context: Context): Promise<Outcome<CanvasData>> {
  const { member, listing } = file;
  const facts = factsOf(member.name, listing, member);
  if (listing.excluded) return excluded(facts);
  const format = formatOf(member.name, listing.kind, context.options);
  if (format === undefined) return unsupported(facts);
  try {
    return await convert(file, format, context);
  } catch (error) {
    // the file's fault: its facts go with the failure. Anything else is for the engine to judge
    if (!(error instanceof SmallbatchError || error instanceof ZipError)) throw error;
    const { code, message } = toFailure(asReported(error));
    const isNamed = message.includes(member.name);
    return failed(facts, { code, message: isNamed ? message : `${member.name}: ${message}` });
  }
}

function reportAbsent({ path, listing, failure }: AbsentData, options: CanvasOptions): Outcome<CanvasData> {
  const facts = factsOf(path, listing);
  if (failure !== undefined) return failed(facts, failure);
  const isUnsupported = !listing.excluded && formatOf(path, listing.kind, options) === undefined;
  return isUnsupported ? unsupported(facts) : excluded(facts);
}

async function putCourse(course: CourseRecord, context: Context): Promise<Outcome<CanvasData>> {
  const json = `${JSON.stringify(course, null, 2)}\n`;
  const output = await context.put('course.json', json, 'application/json');
  return { type: 'done', outputs: [output], detail: { kind: 'course', status: 'converted' } };
}
