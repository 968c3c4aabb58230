/** Entry of the command line: reads the arguments, runs the command, ends with its exit code. */
import type { Outcome } from './context.ts';
import { commandLineOf, EXIT, explainError } from './exits.ts';
import { interruptSignal } from './interrupt.ts';
import { createProgram } from './program.ts';
import { Terminal } from './terminal.ts';

const args = process.argv.slice(2);
const terminal = new Terminal(args.includes('--json'));

// A reader that has seen enough (such as head) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.done);
});

const signal = interruptSignal(() => {
  terminal.note('Stopping. What is stored stays; Ctrl-C again ends at once.');
});

let outcome: Outcome = 'done';
try {
  const program = createProgram({ terminal, signal }, (ended) => {
    outcome = ended;
  });
  await program.parseAsync(args, { from: 'user' });
  process.exitCode = EXIT[outcome];
} catch (error) {
  process.exitCode = explainError(error, terminal, commandLineOf(args));
}
