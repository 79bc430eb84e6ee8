import { type Block, heading, type List, paragraph } from '../../../markdown/block.ts';
import { type Inline, text } from '../../../markdown/inline.ts';
import { toDisplayDate } from '../course/time-zone.ts';
import { MODULES } from '../links/item-links.ts';
import { relativeLink } from '../links/paths.ts';
import type { ModuleOutline } from '../schema.ts';
import { detailBlocks } from '../write/details.ts';
import type { Outline } from './outline.ts';
import type { CourseSurvey } from './survey.ts';

type Line = ModuleOutline['items'][0];

/** modules.md: the modules as students see them, in order. What they do not see is in course.json. */
export function modulesBlocks({ course, modules }: Outline, survey: CourseSurvey): Block[] {
  const shown = modules.filter(({ published }) => published);
  return [
    heading(1, course?.title || 'Modules'),
    ...(shown.length === 0 ? [paragraph('Students see no modules.')] : []),
    ...shown.flatMap((module) => moduleBlocks(module, course?.timeZone ?? 'UTC', survey)),
  ];
}

function moduleBlocks(
  { title, unlockAt, prerequisites, items }: ModuleOutline,
  timeZone: string,
  survey: CourseSurvey,
): Block[] {
  const shown = items.filter(({ published }) => published);
  return [
    heading(2, title),
    ...detailBlocks([
      ['Opens', unlockAt && toDisplayDate(unlockAt, timeZone)],
      ['After', prerequisites.join(', ')],
    ]),
    ...(shown.length === 0 ? [] : [nested(shown, survey)]),
  ];
}

/** Each line stands within the one before it that is indented less. */
function nested(lines: readonly Line[], survey: CourseSurvey): List {
  const items: Block[][] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    if (line === undefined) break;
    let end = at + 1;
    while (end < lines.length && (lines[end]?.indent ?? 0) > line.indent) end += 1;
    const below = lines.slice(at + 1, end);
    items.push([
      paragraph(lineContent(line, survey)),
      ...(below.length === 0 ? [] : [nested(below, survey)]),
    ]);
    at = end;
  }
  return { type: 'list', items };
}

function lineContent({ title, type, id, url }: Line, survey: CourseSurvey): Inline[] {
  if (type === 'header') return [text(title, { bold: true })];
  const output = id === undefined ? undefined : survey.outputOf(id);
  const target = type === 'link' || output === undefined ? url : relativeLink(MODULES, output);
  const kind = type === 'page' || type === 'file' || type === 'unknown' ? [] : [text(` (${type})`)];
  return [text(title, target === undefined ? {} : { link: target }), ...kind];
}
