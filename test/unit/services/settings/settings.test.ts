import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../../src/shared/contract/app/program.ts';
import { SettingsFile } from '../../../../src/main/services/settings/index.ts';
import { steppingClock, temporaryFolder } from '../../../integration/store/support.ts';

describe('settings', () => {
  it('are the defaults until they are saved, in a folder that need not be there', async () => {
    const file = join(temporaryFolder(), 'deep', 'settings.json');
    const settings = new SettingsFile(file, steppingClock());
    expect(settings.read()).toEqual(DEFAULT_SETTINGS);
    const changed = { ...DEFAULT_SETTINGS, theme: 'light', shortcuts: { flag: 'G' } } as const;
    await settings.save(changed);
    expect(new SettingsFile(file, steppingClock()).read()).toEqual(changed);
  });

  it.each(['{', '{"theme":"pink"}', ''])('that cannot be understood (%j) are set aside, not lost', (text) => {
    const folder = temporaryFolder();
    const file = join(folder, 'settings.json');
    writeFileSync(file, text);
    expect(new SettingsFile(file, steppingClock()).read()).toEqual(DEFAULT_SETTINGS);
    const [aside = ''] = readdirSync(folder);
    expect(aside).toMatch(/^settings\.json\.unreadable-/);
    expect(readFileSync(join(folder, aside), 'utf8')).toBe(text);
  });
});
