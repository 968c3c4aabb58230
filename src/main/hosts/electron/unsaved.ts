import type { WebContents } from 'electron';

/** Asked as a browser asks: whoever has something unsaved prevents it, and sends that on its way. */
const ASK = "window.dispatchEvent(new Event('beforeunload', { cancelable: true }))";

/** What is on its way to a disk that works is there by then. */
const MOST_ASKED = 8;
const MILLISECONDS_BETWEEN = 250;
/** A page that hangs has no say. */
const MOST_MILLISECONDS_TO_ANSWER = 2000;

/** Whether the page has nothing unsaved; waits a little for what is being saved. A page that is gone has nothing. */
export async function hasNothingUnsaved(contents: WebContents): Promise<boolean> {
  for (let asked = 0; asked < MOST_ASKED; asked += 1) {
    if (contents.isDestroyed() || contents.isCrashed()) return true;
    if (await Promise.race([ask(contents), pause(MOST_MILLISECONDS_TO_ANSWER).then(() => true)])) return true;
    await pause(MILLISECONDS_BETWEEN);
  }
  return false;
}

/** A page that goes while it is asked keeps nobody. */
const ask = async (contents: WebContents): Promise<boolean> => {
  const answer: unknown = await contents.executeJavaScript(ASK).catch(() => null);
  return answer !== false;
};

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
