import { readFile, stat } from 'node:fs/promises';
import { badInput } from '../../../../shared/kernel/errors.ts';
import { verifyAudit } from '../../../services/audit/index.ts';
import type { CommandContext, Outcome } from '../context.ts';
import { appName } from '../machinery.ts';

/** A string cannot hold more, and no audit comes near. */
const LARGEST_FILE_BYTES = 500 * 1024 * 1024;

/** `epsiloscope verify`: whether an audit.json is whole, and agrees with its own hashes and figures. */
export async function verifyCommand(file: string, { terminal }: CommandContext): Promise<Outcome> {
  const { ok, checks } = verifyAudit(await readText(file), appName());
  terminal.say(checks.map(({ name, ok: passed, detail }) => `${passed ? 'PASS' : 'FAIL'}  ${name}: ${detail}`));
  terminal.answer({ ok, checks });
  if (ok) {
    terminal.say('The file is whole and agrees with itself. That does not say who made it.');
    return 'done';
  }
  terminal.note('Do not rely on this file: get an intact copy, or run the audit again. It was left as it is.');
  return 'failed';
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= LARGEST_FILE_BYTES) return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw unreadable(file, String(error.code), error);
    throw error;
  }
  throw unreadable(file, 'it is larger than any audit');
}

const unreadable = (file: string, reason: string, cause?: unknown) =>
  badInput(
    'FILE_UNREADABLE',
    {
      happened: `${file} cannot be read (${reason}).`,
      kept: 'Everything; nothing was changed.',
      toDo: 'Name an audit.json that an audit has written.',
    },
    { cause },
  );
