/** The eleven common corruptions of dermatoscopy: what happens to photographs in practice, without an adversary. */
export const CORRUPTIONS = [
  'brightness',
  'contrast',
  'blur',
  'noise',
  'jpeg',
  'hue',
  'rotation',
  'hair',
  'ruler',
  'vignette',
  'bubbles',
] as const;
export type Corruption = (typeof CORRUPTIONS)[number];

/** From hardly noticeable (1) to a photograph that a clinician would take again (5). */
export const SEVERITIES = [1, 2, 3, 4, 5] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The parameter of a corruption at each severity. */
type Amounts = Readonly<Record<Severity, number>>;

export interface CorruptionDefinition {
  readonly title: string;
  /** What in practice does it. */
  readonly cause: string;
  /** What `amounts` count, with the unit. */
  readonly parameter: string;
  readonly amounts: Amounts;
  readonly source: string;
}

const IMAGENET_C = 'Hendrycks and Dietterich 2019, arXiv 1903.12261 (ImageNet-C)';
const MARON = 'Maron et al. 2021, doi 10.1016/j.ejca.2021.06.047';
const SAM_C = `${MARON} (SAM-C)`;
const ARTEFACTS = 'Bissoto et al. 2020, arXiv 2004.11457 (artefacts of dermatoscopic data sets)';

/**
 * What each corruption is. The sources have the kind of corruption; the amounts are this product's own, chosen on
 * contact sheets (docs/corruptions.md). Lengths are relative to the side of the picture, so that they mean the same for
 * every size of model input.
 */
export const CORRUPTION_DEFINITIONS: Readonly<Record<Corruption, CorruptionDefinition>> = {
  brightness: {
    title: 'Brightness',
    cause: 'over- or underexposure (the image decides which)',
    parameter: 'exposure, in stops (factors of two of the light)',
    amounts: { 1: 0.2, 2: 0.45, 3: 0.75, 4: 1.1, 5: 1.6 },
    source: `${IMAGENET_C}; ${SAM_C}`,
  },
  contrast: {
    title: 'Contrast',
    cause: 'stray light, a fogged or greasy contact plate',
    parameter: 'share of each level’s distance from the channel’s mean that is kept',
    amounts: { 1: 0.85, 2: 0.7, 3: 0.55, 4: 0.4, 5: 0.25 },
    source: `${IMAGENET_C}; ${SAM_C}`,
  },
  blur: {
    title: 'Blur',
    cause: 'a lens out of focus',
    parameter: 'radius of the circle of confusion, in % of the side',
    amounts: { 1: 0.6, 2: 1.2, 3: 2, 4: 3, 5: 4.5 },
    source: `${IMAGENET_C}; ${SAM_C}`,
  },
  noise: {
    title: 'Noise',
    cause: 'little light, a small sensor',
    parameter: 'standard deviation of Gaussian noise at the working size, levels in [0, 1]',
    amounts: { 1: 0.03, 2: 0.06, 3: 0.1, 4: 0.16, 5: 0.25 },
    source: `${IMAGENET_C}; ${SAM_C}`,
  },
  jpeg: {
    title: 'JPEG',
    cause: 'strong compression by a camera, an archive or a messenger',
    parameter: 'JPEG quality (1 to 100)',
    amounts: { 1: 50, 2: 30, 3: 20, 4: 14, 5: 9 },
    source: `${IMAGENET_C}; ${SAM_C}`,
  },
  hue: {
    title: 'Colour cast',
    cause: 'a wrong white balance, another lamp (the image decides its hue)',
    parameter: 'strength of the cast, in stops between the colour channels',
    amounts: { 1: 0.1, 2: 0.2, 3: 0.35, 4: 0.55, 5: 0.8 },
    source: 'this product; saturation in place of hue in both benchmarks',
  },
  rotation: {
    title: 'Rotation',
    cause: 'the camera held at another angle',
    parameter: 'angle, in degrees (the image decides the direction)',
    amounts: { 1: 4, 2: 9, 3: 17, 4: 28, 5: 45 },
    source: `${MARON} (SAM-P)`,
  },
  hair: {
    title: 'Hair',
    cause: 'unshaven skin',
    parameter: 'number of hairs',
    amounts: { 1: 2, 2: 6, 3: 12, 4: 24, 5: 45 },
    source: ARTEFACTS,
  },
  ruler: {
    title: 'Ruler',
    cause: 'the scale of a dermatoscope, etched into its contact plate',
    parameter: 'length of the longest marks, in % of the side',
    amounts: { 1: 3, 2: 5, 3: 8, 4: 12, 5: 17 },
    source: ARTEFACTS,
  },
  vignette: {
    title: 'Vignette',
    cause: 'the round field of a dermatoscope, and light that falls off towards its edge',
    parameter: 'radius of the field, in % of half the side (141 reaches the corners)',
    amounts: { 1: 134, 2: 124, 3: 114, 4: 104, 5: 92 },
    source: `${SAM_C} ("black corner"); ${ARTEFACTS}`,
  },
  bubbles: {
    title: 'Gel bubbles',
    cause: 'air in the contact gel',
    parameter: 'number of bubbles',
    amounts: { 1: 2, 2: 6, 3: 14, 4: 30, 5: 60 },
    source: `${MARON} (SAM-C, extra set); ${ARTEFACTS}`,
  },
};

/** The parameter of a corruption at a severity, in the unit of its definition. */
export const corruptionAmount = (corruption: Corruption, severity: Severity): number =>
  CORRUPTION_DEFINITIONS[corruption].amounts[severity];
