import { describe, expect, it } from 'vitest';
import { chooseHost, type Circumstances, type ElectronFound } from '../../../../../src/main/hosts/cli/open/choice.ts';

const HERE: ElectronFound = { program: '/electron' };
const MISSING: ElectronFound = { missing: 'Electron could not be had' };

const choose = (changes: Partial<Circumstances>, found: ElectronFound = HERE) =>
  chooseHost({ asked: null, display: true, root: false, findElectron: () => Promise.resolve(found), ...changes });

const mustNotLook = () => Promise.reject(new Error('Electron was looked for.'));

describe('the page is opened', () => {
  it('in Electron where it is here', async () => {
    expect(await choose({})).toEqual({ host: 'electron', program: '/electron', args: [], why: 'Electron is here' });
  });

  it('in the browser where Electron is not, for that reason', async () => {
    expect(await choose({}, MISSING)).toEqual({ host: 'loopback', why: 'Electron could not be had' });
  });

  it.each([
    ['where that is asked for', { asked: 'loopback' }, 'asked for'],
    ['without a display', { display: false }, 'this session has no display'],
    ['for root', { root: true }, 'for root, Electron would run without its sandbox; --electron accepts that'],
  ] as const)('in the browser %s, without a look for Electron', async (_name, changes, why) => {
    expect(await choose({ ...changes, findElectron: mustNotLook })).toEqual({ host: 'loopback', why });
  });

  it('in Electron for a root who asks for it, without its sandbox, and says so', async () => {
    expect(await choose({ asked: 'electron', root: true })).toEqual({
      host: 'electron',
      program: '/electron',
      args: ['--no-sandbox'],
      why: 'asked for; without its sandbox, since this is root',
    });
  });

  it('nowhere where Electron was asked for and cannot be', async () => {
    await expect(choose({ asked: 'electron', display: false })).rejects.toMatchObject({ code: 'NO_DISPLAY' });
    await expect(choose({ asked: 'electron' }, MISSING)).rejects.toMatchObject({ code: 'ELECTRON_MISSING' });
  });
});
