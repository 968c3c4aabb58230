import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, isAlive } from './processes.mjs';

const HEARTBEAT_MS = 5_000;
/** After this long without a heartbeat the holder is taken for dead even if its process id lives again. */
const DEAD_AFTER_MS = 60_000;
const LOOK_AGAIN_MS = 250;

/**
 * @param {string} file
 * @returns {{ content: string, processId: number, silentForMs: number } | undefined} undefined where it is gone
 */
function readLock(file) {
  try {
    const content = readFileSync(file, 'utf8');
    const silentForMs = Date.now() - statSync(file).mtimeMs;
    return { content, processId: Number.parseInt(content, 10), silentForMs };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Removes a dead holder's lock. Between the look and the removal another process may have done the same and hold a new
 * lock: what was taken is looked at again, and given back.
 *
 * @param {string} file
 * @param {string} content as it was seen
 */
function removeDeadLock(file, content) {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, 'utf8') !== content) linkSync(aside, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(String(codeOf(error)))) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @param {string} file */
function tryToTake(file) {
  try {
    writeFileSync(file, `${String(process.pid)} ${randomUUID()}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Does `work` while no other process that uses the same lock file does; waits for it otherwise. A holder that was
 * killed holds nothing.
 *
 * @template T
 * @param {string} file
 * @param {(holder: number) => void} onWait told once, with the holder's process id
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, onWait, work) {
  let waiting = false;
  while (!tryToTake(file)) {
    const lock = readLock(file);
    if (lock === undefined) continue;
    const isUnreadable = Number.isNaN(lock.processId); // caught between its creation and its writing
    if (lock.silentForMs > DEAD_AFTER_MS || (!isUnreadable && !isAlive(lock.processId))) {
      removeDeadLock(file, lock.content);
      continue;
    }
    if (!waiting && !isUnreadable) onWait(lock.processId);
    waiting ||= !isUnreadable;
    await sleep(LOOK_AGAIN_MS);
  }
  const heartbeat = setInterval(() => {
    utimesSync(file, new Date(), new Date());
  }, HEARTBEAT_MS);
  const release = () => {
    rmSync(file, { force: true });
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off('exit', release);
    release();
  }
}
