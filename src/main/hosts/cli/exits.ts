import { CommanderError } from 'commander';
import { EpsiloscopeError, toWireError } from '../../../shared/kernel/errors.ts';
import type { Outcome } from './context.ts';
import type { Terminal } from './terminal.ts';

/** 0 done, 1 failed, 2 bad usage or input, 130 interrupted with everything kept. */
export const EXIT: Readonly<Record<Outcome, number>> = { done: 0, failed: 1, badInput: 2, interrupted: 130 };

/**
 * Tells the person what happened, what was kept and what to do.
 *
 * @param commandLine what was run, in the form in which it can be run again
 * @returns the exit code
 */
export function explainError(error: unknown, terminal: Terminal, commandLine: string): number {
  if (error instanceof CommanderError) return explainUsage(error, terminal);
  const { code, kind, explanation } = toWireError(error);
  const goOn = kind === 'interrupted' ? ['', 'To go on:', `  ${commandLine}`] : [];
  terminal.note(['', explanation.happened, `Kept: ${explanation.kept}`, `To do: ${explanation.toDo}`, ...goOn]);
  terminal.answer({ error: { code, kind, ...explanation } });
  // The code of a defect says nothing; its stack is part of what happened.
  if (error instanceof EpsiloscopeError) terminal.note(`(${code})`);
  return EXIT[kind];
}

/** commander has written its message already; help and version that were asked for are no error. */
function explainUsage(error: CommanderError, terminal: Terminal): number {
  if (error.exitCode === 0) return EXIT.done;
  const happened = error.message.replace(/^error: /, '');
  const explanation = { happened, kept: 'Everything; nothing was begun.', toDo: 'See --help.' };
  terminal.answer({ error: { code: 'USAGE', kind: 'badInput', ...explanation } });
  return EXIT.badInput;
}

/** The command as it was typed, quoted for a POSIX shell where it must be. */
export const commandLineOf = (args: readonly string[]): string =>
  ['epsiloscope', ...args]
    .map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`))
    .join(' ');
