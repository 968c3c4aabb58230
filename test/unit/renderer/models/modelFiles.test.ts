import { expect, test } from 'vitest';
import { modelFiles } from '../../../../src/renderer/src/features/models/modelFiles.ts';

test.each([
  ['model.json', 'model.json'],
  ['clinic net/weights.bin', 'weights.bin'],
  ['a/b/card.json', 'card.json'],
])('%s is sent as %s', (found, sent) => {
  const file = new Blob(['x']);
  expect(modelFiles([{ name: found, file }])).toEqual([{ name: sent, file }]);
});
