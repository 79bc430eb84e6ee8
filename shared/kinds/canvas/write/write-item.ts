import type { Outcome, Output, ProcessContext } from '../../../kind.ts';
import type { Block } from '../../../markdown/block.ts';
import { addBlock } from '../../../markdown/sink.ts';
import { MarkdownWriter } from '../../../markdown/writer.ts';
import { encodeText } from '../../../text/encode.ts';
import type { CanvasOptions } from '../options.ts';
import { converted, MARKDOWN } from '../outcome.ts';
import type { CanvasData, Content, LinkData, MemberData } from '../schema.ts';
import { answerBlocks } from './answers.ts';
import { assignmentBlocks } from './assignment.ts';
import { calendarBlocks } from './calendar.ts';
import { linkBlocks } from './link.ts';
import { questionBlocks } from './question.ts';
import { bankBlocks, type QuizTally, quizBlocks } from './quiz.ts';
import { topicBlocks } from './topic.ts';

type Context = ProcessContext<CanvasOptions>;
type Quiz = Extract<Content, { type: 'quiz' }>;

/** Writes an item of the course that is more than its file. Throws SmallbatchError or ZipError where a file of it is bad. */
export async function writeItem(
  data: MemberData,
  content: Content,
  context: Context,
): Promise<Outcome<CanvasData>> {
  context.stage(content.type);
  const { listing } = data;
  switch (content.type) {
    case 'assignment':
      return converted(
        await put(listing.output, await assignmentBlocks(data, content.task, context), context),
      );
    case 'topic':
      return converted(await put(listing.output, await topicBlocks(data, content, context), context));
    case 'link':
      return converted(await put(listing.output, linkBlocks(listing, content.url), context));
    case 'calendar':
      return converted(await put(listing.output, await calendarBlocks(data, context), context));
    case 'quiz':
      return await writeQuiz(data, content, context);
    case 'bank':
      return await writeBank(data, context);
    default:
      return content satisfies never;
  }
}

/** A link or tool that no file holds. */
export async function writeLink({ listing, url }: LinkData, context: Context): Promise<Outcome<CanvasData>> {
  return converted(await put(listing.output, linkBlocks(listing, url), context));
}

/** What is right goes to a file of its own, and never among what students see. */
async function writeQuiz(data: MemberData, quiz: Quiz, context: Context): Promise<Outcome<CanvasData>> {
  const tally: QuizTally = { questions: 0, missingBanks: 0 };
  const outputs = [await put(data.listing.output, quizBlocks(data, quiz, context, tally), context)];
  if (context.options.answers === 'convert') {
    const blocks = quizBlocks(data, quiz, context, { questions: 0, missingBanks: 0 }, answerBlocks);
    outputs.push(await put(answersPath(data), blocks, context));
  }
  return { type: 'done', outputs, detail: { status: 'converted', ...quizFacts(tally) } };
}

function quizFacts({ questions, missingBanks }: QuizTally): { questions: number; missingBanks?: number } {
  return { questions, ...(missingBanks > 0 && { missingBanks }) };
}

function answersPath({ member }: MemberData): string {
  return `unpublished/${member.name}.answers.md`;
}

async function writeBank(data: MemberData, context: Context): Promise<Outcome<CanvasData>> {
  const tally: QuizTally = { questions: 0, missingBanks: 0 };
  const write = context.options.answers === 'convert' ? answerBlocks : questionBlocks;
  const output = await put(data.listing.output, bankBlocks(data, context, tally, write), context);
  return converted(output, quizFacts(tally));
}

async function put(
  path: string,
  blocks: Iterable<Block> | AsyncIterable<Block>,
  context: Context,
): Promise<Output> {
  return await context.put(path, encodeText(markdownOf(blocks)), MARKDOWN);
}

/** One block in memory at a time. */
async function* markdownOf(blocks: Iterable<Block> | AsyncIterable<Block>): AsyncGenerator<string> {
  const writer = new MarkdownWriter();
  for await (const block of blocks) {
    addBlock(writer, block);
    const markdown = writer.take();
    if (markdown !== '') yield markdown;
  }
  yield writer.end();
}
