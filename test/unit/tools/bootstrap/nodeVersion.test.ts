import { describe, expect, test } from 'vitest';
import { canRunTheApp, refusalOfNode } from '../../../../tools/bootstrap/nodeVersion.mjs';

describe('which Node.js may do what', () => {
  test.each(['12.22.0', '18.20.4', '19.9.0'])('%s is told what is needed', (version) => {
    expect(refusalOfNode(version)).toMatch(
      new RegExp(`needs Node.js 20 or newer; this is Node.js ${version}.*Install`),
    );
  });

  test.each(['20.0.0', '20.20.2', '22.14.0', '24.21.0', '100.0.0'])('%s can set the app up', (version) => {
    expect(refusalOfNode(version)).toBeUndefined();
  });

  test.each([
    ['20.20.2', false],
    ['22.22.0', false],
    ['24.14.9', false],
    ['24.15.0', true],
    ['24.21.0', true],
    ['25.0.0', true],
  ])('%s can run it: %s', (version, expected) => {
    expect(canRunTheApp(version)).toBe(expected);
  });
});
