export { runAttack } from './attack.ts';
export type { Control } from './control.ts';
export { bim, describeAttack, fgsm, gaussianNoise, pgd, uniformNoise } from './defaults.ts';
export { runMinimalEpsilon } from './minimalEpsilon.ts';
