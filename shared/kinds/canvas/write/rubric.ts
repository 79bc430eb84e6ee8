import { type Block, heading, paragraph, table } from '../../../markdown/block.ts';
import { type Content, text } from '../../../markdown/inline.ts';
import type { Rubric } from '../course/rubrics.ts';

/** A rubric as a table: a row for each criterion, with its ratings. */
export function rubricBlocks({ title, points, criteria }: Rubric): Block[] {
  const rows = criteria.map((criterion) => [
    described(criterion.title, criterion.text),
    criterion.ratings.flatMap((rating, at) => [...(at > 0 ? [text('\n')] : []), ...ratingText(rating)]),
    criterion.points,
  ]);
  const total = points === '' ? [] : [paragraph(`Points: ${points}`)];
  return [
    heading(2, title === '' ? 'Rubric' : `Rubric: ${title}`),
    table([['Criterion', 'Ratings', 'Points'], ...rows]),
    ...total,
  ];
}

function described(title: string, more: string): Exclude<Content, string> {
  return more === '' ? [text(title)] : [text(title, { bold: true }), text(`\n${more}`)];
}

function ratingText({
  points,
  title,
  text: more,
}: Rubric['criteria'][0]['ratings'][0]): Exclude<Content, string> {
  const named = points === '' ? title : `${points}: ${title}`;
  return [text(more === '' ? named : `${named} – ${more}`)];
}
