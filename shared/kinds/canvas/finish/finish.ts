import { toJsonLine } from '../../../json/lines.ts';
import type { FinishContext, ItemResult } from '../../../kind.ts';
import { toMarkdown } from '../../../markdown/markdown.ts';
import { encodeText } from '../../../text/encode.ts';
import { MODULES } from '../links/item-links.ts';
import type { CanvasOptions } from '../options.ts';
import { MARKDOWN } from '../outcome.ts';
import { toCourseJson } from './course-json.ts';
import { fileLineJsonSchema, toFileLine } from './files-list.ts';
import { modulesBlocks } from './modules-page.ts';
import { readOutline } from './outline.ts';
import { CourseSurvey } from './survey.ts';
import { toWarnings } from './warnings.ts';

/**
 * Writes what is made of all results together: the list of the course's files for a loader, one line at a time, and the schema of its lines;
 * the outline; and what is known of the course, with all that a reader of the results should be warned of.
 */
export async function finishCourse({ results, put, warn }: FinishContext<CanvasOptions>): Promise<void> {
  const outline = await readOutline(results());
  const survey = new CourseSurvey(outline.ids);
  await put('files.schema.json', toJson(fileLineJsonSchema()), 'application/schema+json');
  await put('files.jsonl', encodeText(fileLines(results(), survey)), 'application/x-ndjson');
  const warnings = toWarnings(survey, outline.course);
  for (const warning of warnings) warn(warning);
  await put(MODULES, toMarkdown(modulesBlocks(outline, survey)), MARKDOWN);
  await put('course.json', toJson(toCourseJson(outline, survey, warnings)), 'application/json');
}

/** The results in their order; the survey has seen them all at the end. */
async function* fileLines(results: AsyncIterable<ItemResult>, survey: CourseSurvey): AsyncGenerator<string> {
  for await (const result of results) {
    const line = toFileLine(result);
    if (line === undefined) continue;
    survey.add(result, line);
    yield toJsonLine(line);
  }
}

function toJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
