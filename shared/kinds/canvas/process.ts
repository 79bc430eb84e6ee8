import { SmallbatchError } from '../../errors.ts';
import type { Item, Outcome, ProcessContext } from '../../kind.ts';
import { closeOcr } from '../../pdf/ocr/ocr.ts';
import { asReported } from '../zip-entries.ts';
import { convert } from './convert.ts';
import { formatOf } from './formats.ts';
import { converted, excluded, unsupported } from './outcome.ts';
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
  if (listing.excluded) return excluded();
  const format = formatOf(member.name, listing.kind, context.options);
  if (format === undefined) return unsupported();
  try {
    return await convert(file, format, context);
  } catch (error) {
    throw named(asReported(error), member.name);
  }
}

/** An error of the file's own says which file. */
function named(error: unknown, name: string): unknown {
  if (!(error instanceof SmallbatchError) || error.message.includes(name)) return error;
  return new SmallbatchError(error.code, `${name}: ${error.message}`, { cause: error });
}

function reportAbsent({ path, listing }: AbsentData, options: CanvasOptions): Outcome<CanvasData> {
  const isUnsupported = !listing.excluded && formatOf(path, listing.kind, options) === undefined;
  return isUnsupported ? unsupported() : excluded();
}

async function putCourse(course: CourseRecord, context: Context): Promise<Outcome<CanvasData>> {
  const json = `${JSON.stringify(course, null, 2)}\n`;
  return converted(await context.put('course.json', json, 'application/json'));
}
