import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { commandLineOf, explainError } from '../../../../src/main/hosts/cli/exits.ts';
import { Terminal } from '../../../../src/main/hosts/cli/terminal.ts';
import { badInput, failed, interrupted } from '../../../../src/shared/kernel/errors.ts';
import { collected } from './collected.ts';

const EXPLANATION = { happened: 'The disk is full.', kept: 'All results.', toDo: 'Free some space.' };
const COMMAND = 'epsiloscope audit';

function explained(error: unknown, json = false) {
  const { streams, out, err } = collected();
  const code = explainError(error, new Terminal(json, streams), COMMAND);
  return { code, out: out(), err: err() };
}

describe('an error that ends a command', () => {
  it('says what happened, what was kept and what to do', () => {
    const { code, out, err } = explained(failed('DISK_FULL', EXPLANATION));
    expect(err).toBe('\nThe disk is full.\nKept: All results.\nTo do: Free some space.\n(DISK_FULL)\n');
    expect(out).toBe('');
    expect(code).toBe(1);
  });

  it.each([
    [failed('A', EXPLANATION), 1],
    [badInput('B', EXPLANATION), 2],
    [interrupted('All.', 'Run it again.'), 130],
    [new Error('a defect'), 1],
    [new CommanderError(1, 'commander.unknownOption', 'error: unknown option'), 2],
    [new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'), 0],
  ])('gives its exit code: %s', (error, code) => {
    expect(explained(error).code).toBe(code);
  });

  it('names the command to go on with where it was interrupted', () => {
    expect(explained(interrupted('All.', 'Run it again.')).err).toContain(`To go on:\n  ${COMMAND}\n`);
  });

  it('is one JSON document where JSON is asked for', () => {
    const { out } = explained(badInput('CSV_EMPTY', EXPLANATION), true);
    expect(JSON.parse(out)).toEqual({ error: { code: 'CSV_EMPTY', kind: 'badInput', ...EXPLANATION } });
  });

  it('is JSON for a wrong use too, which names the option', () => {
    const message = "error: option '--seed <s>' argument 'x' is invalid.";
    const { out } = explained(new CommanderError(1, 'commander.invalidArgument', message), true);
    expect(JSON.parse(out)).toMatchObject({
      error: { code: 'USAGE', happened: "option '--seed <s>' argument 'x' is invalid." },
    });
  });
});

describe('the command to go on with', () => {
  it('can be pasted into a shell', () => {
    expect(commandLineOf(['audit', 'my images', "--labels=it's.csv", '--out', 'out/a'])).toBe(
      `epsiloscope audit 'my images' '--labels=it'\\''s.csv' --out out/a`,
    );
  });
});
