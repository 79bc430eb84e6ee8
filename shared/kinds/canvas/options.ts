import * as z from 'zod';
import { isTimeZone } from './course/time-zone.ts';

/** `a,b` from a command line, or a list. */
const list = z.union([
  z.array(z.string()),
  z.string().transform((text) => text.split(',').map((part) => part.trim())),
]);

/** Run options; an unknown one is refused. */
export const canvasOptions = z.strictObject({
  unpublished: z
    .enum(['convert', 'exclude'])
    .default('convert')
    .describe('What students do not see: converted, apart from the rest, to `unpublished/`; or left out.'),
  answers: z
    .enum(['exclude', 'convert'])
    .default('exclude')
    .describe('Right answers and feedback of quizzes: left out, or converted to `unpublished/…answers.md`.'),
  files: z
    .enum(['leave', 'copy'])
    .default('leave')
    .describe(
      'Published files without a conversion, such as pictures: left in the archive; or copied to `content/` as they are, so that links to them work.',
    ),
  publish: z
    .enum(['settings', 'tree'])
    .default('settings')
    .describe(
      "For an export that Canvas did not write: `tree` publishes what the manifest's tree shows and what that links to.",
    ),
  metadata: z
    .enum(['optional', 'required', 'auto'])
    .default('optional')
    .describe(
      '`optional` (or `auto`): `<stem>.metadata.json` is used where there is one; `required`: a course without it fails, since nothing says what to hide.',
    ),
  tutorFolder: z
    .string()
    .min(1)
    .default('web_resources/ai/tutor')
    .describe('Where problems and solutions for a tutor lie; processed whatever their publish state.'),
  draft: z
    .string()
    .default('draft')
    .describe('A file in a folder whose path has this in it is left out; empty: none is.'),
  extensions: list
    .default([])
    .describe('Extensions that are converted, of those that there is a conversion for; empty: all.'),
  timeZone: z
    .string()
    .refine(isTimeZone, 'expected a time zone such as Europe/Paris')
    .default('UTC')
    .describe('In which dates are shown, where the course does not name its time zone.'),
  ocr: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe('Scanned pages: `auto` reads those that are pictures or whose text can not be read.'),
  ocrLanguages: list.default(['eng']).describe("Tesseract's codes of the languages that scans are in."),
  // A PDF that did not change is carried over without it, and storing a page of text costs ten times what converting it does.
  journal: z
    .enum(['on', 'off'])
    .default('off')
    .describe('Keep each converted PDF page for later attempts and runs; for courses of scans it pays.'),
});

export type CanvasOptions = z.infer<typeof canvasOptions>;
