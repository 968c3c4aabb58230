import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  corruptionAmount,
  CORRUPTION_DEFINITIONS,
  CORRUPTIONS,
  SEVERITIES,
} from '../../../../src/shared/domain/corruption.ts';

const document = readFileSync(new URL('../../../../docs/corruptions.md', import.meta.url), 'utf8');
const rows = document.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));

describe.each(CORRUPTIONS)('%s', (corruption) => {
  const amounts = SEVERITIES.map((severity) => corruptionAmount(corruption, severity));

  test('gets stronger with each severity, always one way', () => {
    const rising = amounts.toSorted((one, other) => one - other);
    expect(new Set(amounts).size).toBe(SEVERITIES.length);
    expect([rising, rising.toReversed()]).toContainEqual(amounts);
  });

  test('stands in docs/corruptions.md as it is defined', () => {
    const { title, cause, parameter } = CORRUPTION_DEFINITIONS[corruption];
    const row = rows.find(([, name, why]) => name === title && why === cause);
    expect(row?.slice(3, 9)).toEqual([parameter, ...amounts.map(String)]);
  });
});
