import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file that a browser is opened on, and that sends it to the page. */
export interface RedirectFile {
  readonly path: string;
  remove(): void;
}

/**
 * Writes an address that nobody else may read where only this user can: in a folder of mode 0700, with mode 0600. A command
 * line could be read by every user of the machine; the path of this file says nothing.
 *
 * @param address without characters that HTML knows
 */
export function writeRedirectFile(address: string): RedirectFile {
  const folder = privateFolder();
  const path = join(folder, 'open.html');
  writeFileSync(path, pageTo(address), { mode: 0o600, flag: 'wx' });
  return {
    path,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * On Linux in the home folder and not hidden: browsers that come as a Snap, as Ubuntu's Firefox does, see neither the
 * system's temporary folder nor hidden ones.
 */
function privateFolder(): string {
  if (process.platform !== 'linux') return mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  try {
    return mkdtempSync(join(homedir(), 'epsiloscope-open-'));
  } catch {
    // A home that cannot be written: a read-only one, or none.
    return mkdtempSync(join(tmpdir(), 'epsiloscope-open-'));
  }
}

const pageTo = (address: string): string =>
  [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="referrer" content="no-referrer">',
    `<meta http-equiv="refresh" content="0; url=${address}">`,
    '<title>Epsiloscope</title>',
    '<p>Opening Epsiloscope ...</p>',
    '</html>',
    '',
  ].join('\n');
