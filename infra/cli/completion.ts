import * as z from 'zod';
import { toCompletion } from '../../shared/command/completion.ts';
import { type Command, defineCommand } from '../../shared/command/define-command.ts';
import { EXIT } from '../../shared/command/exit.ts';
import type { Program } from '../../shared/command/program.ts';

export const completion = (program: () => Program): Command =>
  defineCommand({
    name: 'smallbatch completion',
    summary:
      'Prints a script that completes commands, options and values in bash: eval "$(smallbatch completion)".',
    options: z.object({}),
    async start(_, { stdout }) {
      stdout.write(`${toCompletion(program())}\n`);
      return EXIT.done;
    },
  });
