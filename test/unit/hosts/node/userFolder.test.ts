import { describe, expect, it } from 'vitest';
import { runtimeVersions } from '../../../../src/main/hosts/node/runtime.ts';
import { openingIn } from '../../../../src/main/hosts/node/start.ts';
import { userFolder } from '../../../../src/main/hosts/node/userFolder.ts';

describe('the person’s own folder', () => {
  it.each([
    ['linux', {}, '/home/ada/.local/share/epsiloscope'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/epsiloscope'],
    ['darwin', {}, '/home/ada/Library/Application Support/Epsiloscope'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/Epsiloscope'],
    ['linux', { EPSILOSCOPE_HOME: '/elsewhere', XDG_DATA_HOME: '/data' }, '/elsewhere'],
    ['linux', { EPSILOSCOPE_HOME: '', XDG_DATA_HOME: '' }, '/home/ada/.local/share/epsiloscope'],
  ] as const)('on %s with %j is %s', (platform, environment, folder) => {
    expect(userFolder(environment, platform, '/home/ada')).toBe(folder);
  });
});

describe('what a start opens', () => {
  it('is the demo, or the folder that was named', () => {
    expect(openingIn({})).toEqual({ kind: 'demo' });
    expect(openingIn({ EPSILOSCOPE_WORKSPACE: '' })).toEqual({ kind: 'demo' });
    expect(openingIn({ EPSILOSCOPE_WORKSPACE: '/clinic' })).toEqual({ kind: 'folder', folder: '/clinic' });
  });
});

describe('the versions of what runs the program', () => {
  it('go by the names that people know', () => {
    expect(runtimeVersions({ node: '24.21.0', v8: '14', uv: '1' })).toEqual({ 'Node.js': '24.21.0', V8: '14' });
    expect(runtimeVersions({ node: '24', electron: '45', chrome: '150' })).toEqual({
      'Node.js': '24',
      Electron: '45',
      Chromium: '150',
    });
  });
});
