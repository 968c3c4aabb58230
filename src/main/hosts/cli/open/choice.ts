import { badInput, failed } from '../../../../shared/kernel/errors.ts';

/** Where the page is opened, and why there; the reason is shown to the person. */
export type HostChoice =
  | { readonly host: 'electron'; readonly program: string; readonly args: readonly string[]; readonly why: string }
  | { readonly host: 'loopback'; readonly why: string };

/** Electron's program, or why there is none. */
export type ElectronFound = { readonly program: string } | { readonly missing: string };

export interface Circumstances {
  /** What the person asked for; null: whatever is best here. */
  readonly asked: 'electron' | 'loopback' | null;
  /** Whether this session has a display. */
  readonly display: boolean;
  /** Whether this user is the superuser of a Unix. */
  readonly root: boolean;
  /** Looks for Electron, and gets it where it can be had. Asked only where its answer matters. */
  readonly findElectron: () => Promise<ElectronFound>;
}

/**
 * Electron where it is there or can be had, else the system's browser.
 *
 * @throws EpsiloscopeError `NO_DISPLAY`, `ELECTRON_MISSING` where Electron was asked for and cannot be
 */
export async function chooseHost({ asked, display, root, findElectron }: Circumstances): Promise<HostChoice> {
  if (asked === 'loopback') return { host: 'loopback', why: 'asked for' };
  if (!display) {
    if (asked === 'electron') throw noDisplay();
    return { host: 'loopback', why: 'this session has no display' };
  }
  if (root && asked === null) {
    return { host: 'loopback', why: 'for root, Electron would run without its sandbox; --electron accepts that' };
  }
  const found = await findElectron();
  if ('program' in found) {
    const why = root ? 'asked for; without its sandbox, since this is root' : 'Electron is here';
    return { host: 'electron', program: found.program, args: root ? ['--no-sandbox'] : [], why };
  }
  if (asked === 'electron') throw electronMissing(found.missing);
  return { host: 'loopback', why: found.missing };
}

const noDisplay = () =>
  badInput('NO_DISPLAY', {
    happened: 'Electron was asked for, and this session has no display.',
    kept: 'Everything; nothing was begun.',
    toDo: 'Start it in a desktop session, or leave --electron out.',
  });

const electronMissing = (reason: string) =>
  failed('ELECTRON_MISSING', {
    happened: `Electron was asked for: ${reason}.`,
    kept: 'Everything; nothing was begun.',
    toDo: 'Leave --electron out: the page then opens in the browser.',
  });
