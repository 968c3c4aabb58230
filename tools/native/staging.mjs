import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { codeOf, isAlive } from '../bootstrap/processes.mjs';

const PREFIX = '.staging-';

/**
 * What a killed setup left half-made, up to 1.5 GB, goes before the next one begins.
 *
 * @param {string} folder
 */
function removeOrphans(folder) {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(PREFIX)) continue;
    const owner = Number.parseInt(name.slice(PREFIX.length), 10);
    if (!isAlive(owner)) rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

/**
 * Makes a folder appear whole or not at all: `work` fills a folder beside it, which then takes its name. Where another
 * process was first, its folder stays and this one's work is dropped.
 *
 * @param {string} target absolute path of a folder that does not exist
 * @param {(staging: string) => Promise<string>} work returns the folder inside `staging` that becomes `target`
 */
export async function makeWhole(target, work) {
  const parent = path.dirname(target);
  mkdirSync(parent, { recursive: true });
  removeOrphans(parent);
  const staging = mkdtempSync(path.join(parent, `${PREFIX}${String(process.pid)}-`));
  const remove = () => {
    rmSync(staging, { recursive: true, force: true });
  };
  process.once('exit', remove); // also on Ctrl-C
  try {
    const made = await work(staging);
    try {
      renameSync(made, target);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes(String(codeOf(error)))) throw error;
    }
  } finally {
    process.off('exit', remove);
    remove();
  }
}
