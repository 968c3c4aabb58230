export { runAttack } from './attack.ts';
export type { Control } from './control.ts';
export {
  apgdCe,
  apgdDlr,
  apgdDlrTargeted,
  bim,
  describeAttack,
  fgsm,
  gaussianNoise,
  pgd,
  square,
  uniformNoise,
} from './defaults.ts';
export { runMinimalEpsilon } from './minimalEpsilon.ts';
export { runTrace } from './trace.ts';
