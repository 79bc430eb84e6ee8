/**
 * Documents as files: each a Markdown text of its own shape under a YAML block that says how it is printed. Both sets were
 * written and committed before they were first converted. What `held-out` showed was then worked on, by general rules;
 * `unseen` came after that and has never been worked on. Keep it so: move its documents to `held-out` before you do.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Document } from './ast.ts';
import { parseMarkdown } from './parse-md.ts';

const printSchema = z.strictObject({
  css: z.string(),
  columns: z.union([z.literal(1), z.literal(2), z.literal(3)]).default(1),
  language: z.enum(['en', 'de', 'fr']).default('en'),
  runningHead: z.string().optional(),
  tables: z.enum(['grid', 'rules', 'plain', 'striped']).default('rules'),
  /** How LaTeX sets it; not at all without. */
  latex: z
    .strictObject({
      class: z.string(),
      options: z.string().default('a4paper,10pt'),
      preamble: z.string().default(''),
      /** The command of `##`; those of `###` and `####` follow it. */
      top: z.enum(['chapter', 'section']).default('section'),
    })
    .optional(),
});

/** All documents of a set, by name. */
export function readDocuments(set: 'held-out' | 'unseen'): Document[] {
  const folder = new URL(`${set}/`, import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.md'));
  return names
    .sort()
    .map((name) => parseDocument(name.replace(/\.md$/, ''), readFileSync(new URL(name, folder), 'utf8')));
}

/** A document from its file's text. */
export function parseDocument(name: string, source: string): Document {
  const [, head = '', body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(source) ?? [];
  const { tables, ...print } = printSchema.parse(parse(head));
  return { name, theme: 'plain', ...print, ...parseMarkdown(body, tables) };
}
