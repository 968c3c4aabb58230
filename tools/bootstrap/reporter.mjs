/**
 * @typedef {object} Reporter
 * @property {(text: string) => void} say one line
 * @property {<T>(title: string, work: (progress: (fraction: number) => void) => Promise<T>) => Promise<T>} step
 *   announces `title`, shows the fraction done (0 to 1) while `work` runs, and the seconds it took
 */

/** Without a terminal a progress line is written each time another quarter is done. */
const QUARTERS = 4;

/**
 * @param {string} title
 * @param {number} fraction
 */
const percentLine = (title, fraction) => `${title} ${String(Math.floor(fraction * 100))} %`;

/**
 * Writes to standard error by default: standard output belongs to the command's own result.
 *
 * @param {Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean }} stream
 * @returns {Reporter}
 */
export function createReporter(stream = process.stderr) {
  /** @param {string} text */
  const say = (text) => void stream.write(`epsiloscope: ${text}\n`);

  /** @param {string} title */
  const progressOf = (title) => {
    let shown = 0;
    return (/** @type {number} */ fraction) => {
      if (stream.isTTY) stream.write(`\r\u001b[Kepsiloscope: ${percentLine(title, fraction)}`);
      else if (Math.floor(fraction * QUARTERS) > shown) {
        shown = Math.floor(fraction * QUARTERS);
        say(percentLine(title, fraction));
      }
    };
  };

  /** @type {Reporter['step']} */
  const step = async (title, work) => {
    const started = performance.now();
    say(`${title} ...`);
    let ending = 'failed';
    try {
      const result = await work(progressOf(title));
      ending = 'done';
      return result;
    } finally {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      if (stream.isTTY) stream.write('\r\u001b[K');
      say(`${title}: ${ending} after ${seconds} s`);
    }
  };
  return { say, step };
}
