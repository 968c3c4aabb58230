import type { AuditContent } from '../../shared/contract/audit.ts';
import type { ShownAttack } from './wording.ts';

/** How a model is drawn everywhere: never by colour alone. */
export interface Look {
  readonly marker: 'circle' | 'square' | 'triangle' | 'diamond' | 'wedge';
  /** On the dark ground, and on the light one (contrast to it at least 4.5:1 in both). */
  readonly dark: string;
  readonly light: string;
}

const STANDARD: Look = { marker: 'circle', dark: '#e8a14a', light: '#9a5c0c' };
const ROBUST: Look = { marker: 'square', dark: '#4fb7c4', light: '#1b6f7b' };
const FURTHER: readonly Look[] = [
  { marker: 'triangle', dark: '#b48ae0', light: '#7446b0' },
  { marker: 'diamond', dark: '#8fbf6a', light: '#44702a' },
  { marker: 'wedge', dark: '#e58a9b', light: '#a8324d' },
];

/** The first standard and the first PGD-trained model have looks of their own; all others take what is left, in turn. */
export function looksOf(models: AuditContent['models']): readonly Look[] {
  const standard = models.findIndex(({ recipe }) => recipe === 'standard');
  const robust = models.findIndex(({ recipe }) => recipe === 'pgd');
  const free = [...(standard < 0 ? [STANDARD] : []), ...(robust < 0 ? [ROBUST] : []), ...FURTHER];
  let taken = 0;
  return models.map((_model, at) => {
    if (at === standard) return STANDARD;
    if (at === robust) return ROBUST;
    return free[taken++ % free.length] ?? STANDARD;
  });
}

/** `stroke-dasharray` of each attack's line. */
export const DASHES: Readonly<Record<Exclude<ShownAttack, 'clean'>, string>> = {
  noise: '1.5 4',
  fgsm: '7 4',
  bim: '9 3 2 3',
  pgd: 'none',
  'apgd-ce': '12 3',
  'apgd-dlr': '12 3 2 3',
  'apgd-dlr-targeted': '12 3 2 3 2 3',
  square: '3 3',
  'worst-case': 'none',
};

/** SVG of a marker of about `size` pixels around a point; filled by the class it lies in. */
export function markerSvg(marker: Look['marker'], x: number, y: number, size = 4): string {
  const at = (dx: number, dy: number) => `${round(x + dx * size)},${round(y + dy * size)}`;
  const polygon = (...corners: string[]) => `<polygon points="${corners.join(' ')}"/>`;
  switch (marker) {
    case 'circle':
      return `<circle cx="${round(x)}" cy="${round(y)}" r="${size}"/>`;
    case 'square':
      return polygon(at(-0.9, -0.9), at(0.9, -0.9), at(0.9, 0.9), at(-0.9, 0.9));
    case 'triangle':
      return polygon(at(0, -1.15), at(1.05, 0.8), at(-1.05, 0.8));
    case 'diamond':
      return polygon(at(0, -1.25), at(1.25, 0), at(0, 1.25), at(-1.25, 0));
    case 'wedge':
      return polygon(at(0, 1.15), at(1.05, -0.8), at(-1.05, -0.8));
  }
}

/** Hundredths of a pixel, written the same way everywhere. */
export const round = (value: number): string => String(Number(value.toFixed(2)));
