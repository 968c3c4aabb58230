/** A program with an image decoder at work: prints the pid of its imaging process once that has decoded an image. */
import { createImageDecoder } from '../../../src/main/imaging/index.ts';
import { imageFixture } from '../../support/hostileImages.ts';
import { launchImaging } from '../../support/imageDecoders.ts';

let pid: number | undefined;
const decoder = createImageDecoder((listener) => {
  const child = launchImaging()(listener);
  pid = child.pid;
  return child;
});
await decoder.inspectImage({ path: imageFixture('baseline.jpg') });
console.log(pid);
